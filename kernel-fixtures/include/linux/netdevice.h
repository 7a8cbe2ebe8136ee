/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_NETDEVICE_H
#define _LINUX_NETDEVICE_H

#include <linux/skbuff.h>
#include <linux/spinlock.h>

typedef enum netdev_tx { NETDEV_TX_OK = 0x00, NETDEV_TX_BUSY = 0x10 } netdev_tx_t;

struct net_device;

struct net_device_ops {
	int (*ndo_open)(struct net_device *dev);
	int (*ndo_stop)(struct net_device *dev);
	netdev_tx_t (*ndo_start_xmit)(struct sk_buff *skb, struct net_device *dev);
	void (*ndo_set_rx_mode)(struct net_device *dev);
	void (*ndo_tx_timeout)(struct net_device *dev, unsigned int txqueue);
};

struct net_device {
	const struct net_device_ops *netdev_ops;
	spinlock_t addr_list_lock;
	spinlock_t tx_lock;
	void *ml_priv;
};

static inline void *netdev_priv(const struct net_device *dev)
{
	return dev->ml_priv;
}

int dev_queue_xmit(struct sk_buff *skb, struct net_device *dev);
void dev_set_rx_mode(struct net_device *dev);
int register_netdev(struct net_device *dev);

#endif
