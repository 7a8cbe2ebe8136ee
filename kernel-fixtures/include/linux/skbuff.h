/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_SKBUFF_H
#define _LINUX_SKBUFF_H

#include <linux/gfp.h>
#include <linux/types.h>

struct sk_buff {
	struct sk_buff *next;
	unsigned char *data;
	unsigned int len;
};

struct sk_buff *__alloc_skb(unsigned int size, gfp_t priority, int flags, int node);

static inline struct sk_buff *alloc_skb(unsigned int size, gfp_t priority)
{
	return __alloc_skb(size, priority, 0, -1);
}

struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t gfp_mask);
void kfree_skb(struct sk_buff *skb);

#endif
