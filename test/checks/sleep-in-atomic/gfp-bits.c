// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// The bits of gfp_t are read from the tree. In this miniature kernel (1 << 10), which is
// __GFP_DIRECT_RECLAIM in Linux 6.12, is __GFP_NOWARN, and __GFP_DIRECT_RECLAIM is (1 << 3).

#include <linux/slab.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static void *p;

void bad(void)
{
	spin_lock(&lock);
	p = kmalloc(64, 1u << 3);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad() holds spinlock {{.*}}high confidence]
	spin_unlock(&lock);
}

void fixed(void)
{
	spin_lock(&lock);
	p = kmalloc(64, 1u << 10);
	spin_unlock(&lock);
}
