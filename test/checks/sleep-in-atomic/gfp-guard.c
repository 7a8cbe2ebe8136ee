// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A function that asks gfpflags_allow_blocking(), or tests the bit itself, before it sleeps is honest
// about its flags.

#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(refill_mutex);
static void *reserve;

static void *get_asking(gfp_t gfp)
{
	if (!gfpflags_allow_blocking(gfp))
		return reserve;
	mutex_lock(&refill_mutex);
	reserve = kmalloc(4096, gfp);
	mutex_unlock(&refill_mutex);
	return reserve;
}

static void *get_testing(gfp_t gfp)
{
	if (gfp & __GFP_DIRECT_RECLAIM)
		mutex_lock(&refill_mutex);
	if (gfp & __GFP_DIRECT_RECLAIM)
		mutex_unlock(&refill_mutex);
	return reserve;
}

void bad_asking(void)
{
	spin_lock(&lock);
	get_asking(GFP_NOIO);
	spin_unlock(&lock);
}
// CHECK-DAG: warning: {{mutex_lock|kmalloc}}() may sleep in atomic context: bad_asking() holds spinlock {{.*}}high confidence]

void bad_testing(void)
{
	spin_lock(&lock);
	get_testing(GFP_KERNEL);
	spin_unlock(&lock);
}
// CHECK-DAG: warning: mutex_lock() may sleep in atomic context: bad_testing() holds spinlock {{.*}}high confidence]

void fixed_asking(void)
{
	spin_lock(&lock);
	get_asking(GFP_NOWAIT);
	spin_unlock(&lock);
}

void fixed_testing(void)
{
	spin_lock(&lock);
	get_testing(GFP_ATOMIC);
	spin_unlock(&lock);
}
