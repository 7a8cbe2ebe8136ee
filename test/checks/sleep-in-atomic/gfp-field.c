// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Flags kept in a field, stored before the call that reads them.

#include <linux/spinlock.h>
#include <linux/slab.h>
#include <net/sock.h>

struct dev {
	spinlock_t lock;
	gfp_t gfp;
	void *buf;
};

static void refill(struct dev *d)
{
	d->buf = kmalloc(2048, d->gfp);
}

void bad(struct dev *d)
{
	d->gfp = GFP_KERNEL;
	spin_lock(&d->lock);
	refill(d);
	spin_unlock(&d->lock);
}
// CHECK-DAG: warning: kmalloc() may sleep in atomic context: bad() holds spinlock {{.*}}d->lock{{.*}}confidence]

void bad_sock(struct sock *sk)
{
	spin_lock(&sk->sk_lock);
	sk->sk_allocation = GFP_NOFS;
	sk->sk_send_head = sock_alloc_send_skb(sk, 100);
	// CHECK-DAG: net/core/skbuff.c:{{.*}}: warning: kmalloc() may sleep in atomic context: bad_sock() holds spinlock {{.*}}sk->sk_lock{{.*}}confidence]
	spin_unlock(&sk->sk_lock);
}

void fixed(struct dev *d)
{
	d->gfp = GFP_ATOMIC;
	spin_lock(&d->lock);
	refill(d);
	spin_unlock(&d->lock);
}

void fixed_sock(struct sock *sk)
{
	spin_lock(&sk->sk_lock);
	sk->sk_allocation = GFP_ATOMIC;
	sk->sk_send_head = sock_alloc_send_skb(sk, 100);
	spin_unlock(&sk->sk_lock);
}
