// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Masks: taking __GFP_DIRECT_RECLAIM away is what makes an allocation atomic; adding it, or taking
// away something else, is not.

#include <linux/slab.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static void *p;

static void *try_fast(unsigned int size, gfp_t gfp)
{
	return kmalloc(size, (gfp & ~__GFP_DIRECT_RECLAIM) | __GFP_NOWARN);
}

static void *keep_blocking(unsigned int size, gfp_t gfp)
{
	return kmalloc(size, gfp & ~(__GFP_IO | __GFP_FS));
}

static void *add_blocking(unsigned int size, gfp_t gfp)
{
	return kmalloc(size, gfp | __GFP_RECLAIM);
}

void bad_keep(unsigned int size)
{
	spin_lock(&lock);
	p = keep_blocking(size, GFP_KERNEL);
	spin_unlock(&lock);
}
// CHECK-DAG: warning: kmalloc() may sleep in atomic context: bad_keep() holds {{.*}}high confidence]

void bad_add(unsigned int size)
{
	spin_lock(&lock);
	p = add_blocking(size, GFP_ATOMIC);
	spin_unlock(&lock);
}
// CHECK-DAG: warning: kmalloc() may sleep in atomic context: bad_add() holds {{.*}}high confidence]

void fixed_clear(unsigned int size)
{
	spin_lock(&lock);
	p = try_fast(size, GFP_KERNEL);
	spin_unlock(&lock);
}

void fixed_keep(unsigned int size)
{
	spin_lock(&lock);
	p = keep_blocking(size, GFP_NOWAIT);
	spin_unlock(&lock);
}
