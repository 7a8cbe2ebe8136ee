/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _NET_SOCK_H
#define _NET_SOCK_H

#include <linux/skbuff.h>
#include <linux/spinlock.h>

struct sock {
	spinlock_t sk_lock;
	gfp_t sk_allocation;
	struct sk_buff *sk_send_head;
};


struct sk_buff *sock_alloc_send_skb(struct sock *sk, unsigned int size);

#endif
