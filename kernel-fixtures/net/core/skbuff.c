// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/kernel.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/sock.h>

struct sk_buff *__alloc_skb(unsigned int size, gfp_t priority, int flags, int node)
{
	struct sk_buff *skb = kmalloc(sizeof(*skb), priority);

	if (!skb)
		return NULL;
	skb->data = kmalloc(size, priority);
	if (!skb->data) {
		kfree(skb);
		return NULL;
	}
	skb->len = size;
	return skb;
}

struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp_mask)
{
	struct sk_buff *n = alloc_skb(skb->len, gfp_mask);

	if (n)
		memcpy(n->data, skb->data, skb->len);
	return n;
}

void kfree_skb(struct sk_buff *skb)
{
	kfree(skb->data);
	kfree(skb);
}

struct sk_buff *sock_alloc_send_skb(struct sock *sk, unsigned int size)
{
	return alloc_skb(size, sk->sk_allocation);
}
