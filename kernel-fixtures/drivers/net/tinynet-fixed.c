// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// tinynet.c without its bugs: the descriptor comes with GFP_ATOMIC, and the filter is written by a
// work item.
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct tinynet2 {
	struct mutex mdio_lock;
	struct work_struct rx_mode_work;
	spinlock_t ring_lock;
	int filter;
};

struct tinynet2_desc {
	struct sk_buff *skb;
	unsigned int len;
};

static struct tinynet2_desc *tinynet2_alloc_desc(struct sk_buff *skb, gfp_t gfp)
{
	struct tinynet2_desc *desc = kzalloc(sizeof(*desc), gfp | __GFP_NOWARN);

	if (desc)
		desc->skb = skb;
	return desc;
}

static netdev_tx_t tinynet2_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct tinynet2 *tn = netdev_priv(dev);
	struct tinynet2_desc *desc = tinynet2_alloc_desc(skb, GFP_ATOMIC);

	if (!desc)
		return NETDEV_TX_BUSY;
	spin_lock(&tn->ring_lock);
	desc->len = skb->len;
	spin_unlock(&tn->ring_lock);
	return NETDEV_TX_OK;
}

static void tinynet2_rx_mode_work(struct work_struct *work)
{
	struct tinynet2 *tn = container_of(work, struct tinynet2, rx_mode_work);

	mutex_lock(&tn->mdio_lock);
	tn->filter = 1;
	mutex_unlock(&tn->mdio_lock);
}

static void tinynet2_rx_mode(struct net_device *dev)
{
	struct tinynet2 *tn = netdev_priv(dev);

	schedule_work(&tn->rx_mode_work);
}

static int tinynet2_open(struct net_device *dev)
{
	struct tinynet2 *tn = kzalloc(sizeof(*tn), GFP_KERNEL);

	if (!tn)
		return -1;
	INIT_WORK(&tn->rx_mode_work, tinynet2_rx_mode_work);
	dev->ml_priv = tn;
	return 0;
}

static const struct net_device_ops tinynet2_ops = {
	.ndo_open = tinynet2_open,
	.ndo_start_xmit = tinynet2_xmit,
	.ndo_set_rx_mode = tinynet2_rx_mode,
};

int tinynet2_probe(struct net_device *dev)
{
	dev->netdev_ops = &tinynet2_ops;
	return register_netdev(dev);
}
