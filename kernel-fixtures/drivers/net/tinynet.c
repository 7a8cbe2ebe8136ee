// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A network driver with two bugs, fixed in tinynet-fixed.c.
//
// 1. tinynet_xmit() is an ndo_start_xmit: bottom halves are off and the queue's lock is held. It
//    asks for a descriptor with flags that are three calls away from the allocation.
// 2. dev_set_rx_mode() calls ndo_set_rx_mode with the address list's spinlock held, and
//    tinynet_rx_mode() talks to the PHY over a bus that a mutex protects.
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/slab.h>

struct tinynet {
	struct mutex mdio_lock;
	spinlock_t ring_lock;
	int filter;
};

struct tinynet_desc {
	struct sk_buff *skb;
	unsigned int len;
};

static struct tinynet_desc *tinynet_alloc_desc(struct sk_buff *skb, gfp_t gfp)
{
	struct tinynet_desc *desc = kzalloc(sizeof(*desc), gfp | __GFP_NOWARN);

	if (desc)
		desc->skb = skb;
	return desc;
}

static int tinynet_queue(struct tinynet *tn, struct sk_buff *skb, gfp_t gfp)
{
	struct tinynet_desc *desc = tinynet_alloc_desc(skb, gfp);

	if (!desc)
		return -1;
	spin_lock(&tn->ring_lock);
	desc->len = skb->len;
	spin_unlock(&tn->ring_lock);
	return 0;
}

static netdev_tx_t tinynet_xmit(struct sk_buff *skb, struct net_device *dev)
{
	if (tinynet_queue(netdev_priv(dev), skb, GFP_KERNEL))
		return NETDEV_TX_BUSY;
	return NETDEV_TX_OK;
}

static void tinynet_mdio_write(struct tinynet *tn, int filter)
{
	mutex_lock(&tn->mdio_lock);
	tn->filter = filter;
	mutex_unlock(&tn->mdio_lock);
}

static void tinynet_rx_mode(struct net_device *dev)
{
	tinynet_mdio_write(netdev_priv(dev), 1);
}

static int tinynet_open(struct net_device *dev)
{
	dev->ml_priv = kzalloc(sizeof(struct tinynet), GFP_KERNEL);
	if (!dev->ml_priv)
		return -1;
	tinynet_mdio_write(dev->ml_priv, 0);
	return 0;
}

static const struct net_device_ops tinynet_ops = {
	.ndo_open = tinynet_open,
	.ndo_start_xmit = tinynet_xmit,
	.ndo_set_rx_mode = tinynet_rx_mode,
};

int tinynet_probe(struct net_device *dev)
{
	dev->netdev_ops = &tinynet_ops;
	return register_netdev(dev);
}
