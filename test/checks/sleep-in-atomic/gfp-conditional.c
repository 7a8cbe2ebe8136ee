// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Flags chosen by a condition are matched with what the caller makes of it.

#include <linux/slab.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static void *p;

static void *get(unsigned int size, bool atomic)
{
	return kmalloc(size, atomic ? GFP_ATOMIC : GFP_KERNEL);
}

static void *get_branches(unsigned int size, int nowait)
{
	gfp_t gfp = GFP_KERNEL;

	if (nowait)
		gfp = GFP_NOWAIT;
	return kmalloc(size, gfp);
}

void bad(void)
{
	spin_lock(&lock);
	p = get(64, false);
	spin_unlock(&lock);
}
// CHECK-DAG: warning: kmalloc() may sleep in atomic context: bad() holds spinlock {{.*}}high confidence]

void bad_branches(void)
{
	spin_lock(&lock);
	p = get_branches(64, 0);
	spin_unlock(&lock);
}
// CHECK-DAG: warning: kmalloc() may sleep in atomic context: bad_branches() holds spinlock {{.*}}high confidence]

void fixed(void)
{
	spin_lock(&lock);
	p = get(64, true);
	spin_unlock(&lock);
	p = get(64, false);
}

void fixed_branches(void)
{
	spin_lock(&lock);
	p = get_branches(64, 1);
	spin_unlock(&lock);
}
