// RUN: %analyze --check=gfp-mismatch --check=sleep-in-atomic %s | FileCheck %s --implicit-check-not=warning:
//
// __GFP_NOFAIL in atomic context. With a mask that can wait, the wait is what is wrong, and is reported
// as any other; with one that cannot, the mask is.

#include <linux/gfp.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct log {
	spinlock_t lock;
	void *block;
};

void bad_wait(struct log *l)
{
	spin_lock(&l->lock);
	l->block = kmalloc(64, GFP_NOFS | __GFP_NOFAIL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_wait() holds spinlock &l->lock [sleep-in-atomic, high confidence]
	spin_unlock(&l->lock);
}

static void *new_block(gfp_t gfp)
{
	return kmalloc(64, gfp | __GFP_NOFAIL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() is given the mask of new_block() and __GFP_NOFAIL, and not everybody's can wait for memory: bad_hurry() gives GFP_ATOMIC [gfp-mismatch, high confidence]
	// CHECK: [[#@LINE-2]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_passed() holds spinlock &l->lock [sleep-in-atomic, high confidence]
}

void bad_passed(struct log *l)
{
	spin_lock(&l->lock);
	l->block = new_block(GFP_KERNEL);
	spin_unlock(&l->lock);
}

void bad_hurry(struct log *l)
{
	spin_lock(&l->lock);
	l->block = new_block(GFP_ATOMIC);
	spin_unlock(&l->lock);
}

void fixed(struct log *l)
{
	void *block = kmalloc(64, GFP_NOFS | __GFP_NOFAIL);

	spin_lock(&l->lock);
	l->block = block;
	spin_unlock(&l->lock);
}
