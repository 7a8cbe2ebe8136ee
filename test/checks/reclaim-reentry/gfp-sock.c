// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// Flags that a socket keeps: sk_allocation decides what its users allocate with.

#include <linux/blk-mq.h>
#include <net/sock.h>

struct link {
	struct request_queue *q;
	struct sock *sk;
};

void bad(struct link *l)
{
	blk_mq_freeze_queue(l->q);
	l->sk->sk_allocation = GFP_NOFS;
	l->sk->sk_send_head = sock_alloc_send_skb(l->sk, 100);
	// CHECK: net/core/skbuff.c:{{[0-9]+}}:{{[0-9]+}}: warning: kmalloc() may enter reclaim with {{.*}} and start I/O: bad() {{.*}}confidence]
	// CHECK: [[#@LINE-2]]: in bad: calls sock_alloc_send_skb()
	blk_mq_unfreeze_queue(l->q);
}

void fixed(struct link *l)
{
	blk_mq_freeze_queue(l->q);
	l->sk->sk_allocation = GFP_NOIO;
	l->sk->sk_send_head = sock_alloc_send_skb(l->sk, 100);
	blk_mq_unfreeze_queue(l->q);
}
