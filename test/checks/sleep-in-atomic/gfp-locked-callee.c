// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// The lock is in the callee and the flags are in the caller: neither is at fault alone.

#include <linux/slab.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static void *node;

static void insert(unsigned int size, gfp_t gfp)
{
	spin_lock(&lock);
	node = kmalloc(size, gfp);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: insert() holds spinlock {{.*}}lock{{.*}}high confidence]
	// CHECK: in bad: calls insert()
	// CHECK: in insert: takes spinlock
	spin_unlock(&lock);
}

void bad(unsigned int size)
{
	insert(size, GFP_KERNEL);
}

static void fixed_insert(unsigned int size, gfp_t gfp)
{
	spin_lock(&lock);
	node = kmalloc(size, gfp);
	spin_unlock(&lock);
}

void fixed(unsigned int size)
{
	fixed_insert(size, GFP_ATOMIC);
}
