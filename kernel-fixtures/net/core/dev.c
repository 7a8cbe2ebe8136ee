// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/netdevice.h>
#include <linux/rcupdate.h>

int dev_queue_xmit(struct sk_buff *skb, struct net_device *dev)
{
	int rc;

	rcu_read_lock_bh();
	spin_lock(&dev->tx_lock);
	rc = dev->netdev_ops->ndo_start_xmit(skb, dev);
	spin_unlock(&dev->tx_lock);
	rcu_read_unlock_bh();
	return rc;
}

void dev_set_rx_mode(struct net_device *dev)
{
	spin_lock_bh(&dev->addr_list_lock);
	if (dev->netdev_ops->ndo_set_rx_mode)
		dev->netdev_ops->ndo_set_rx_mode(dev);
	spin_unlock_bh(&dev->addr_list_lock);
}

int dev_open(struct net_device *dev)
{
	return dev->netdev_ops->ndo_open ? dev->netdev_ops->ndo_open(dev) : 0;
}
