// RUN: %analyze --min-confidence=high %s | FileCheck %s --implicit-check-not=warning:
//
// ndo_start_xmit() is called with bottom halves disabled and the queue's lock held; ndo_open() is
// not. The table decides. (That the core calls bad_xmit() with its lock held is a second finding, of
// medium confidence, since another driver may be meant.)

#include <linux/netdevice.h>
#include <linux/slab.h>

static netdev_tx_t bad_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct sk_buff *copy = skb_copy(skb, GFP_KERNEL);

	kfree_skb(copy);
	return NETDEV_TX_OK;
}

// CHECK: net/core/skbuff.c:{{.*}}: warning: kmalloc() may sleep in atomic context: bad_xmit() is a transmit callback (ndo_start_xmit), which runs with bottom halves disabled [sleep-in-atomic, high confidence]
// CHECK: in bad_xmit: calls skb_copy()

static netdev_tx_t fixed_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct sk_buff *copy = skb_copy(skb, GFP_ATOMIC);

	kfree_skb(copy);
	return NETDEV_TX_OK;
}

static int fixed_open(struct net_device *dev)
{
	dev->ml_priv = kzalloc(64, GFP_KERNEL);
	return dev->ml_priv ? 0 : -1;
}

const struct net_device_ops bad_ops = { .ndo_start_xmit = bad_xmit };
const struct net_device_ops fixed_ops = { .ndo_open = fixed_open, .ndo_start_xmit = fixed_xmit };
