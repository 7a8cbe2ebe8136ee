// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// A shrinker takes a mutex and tests no flag, so whatever allocation under the same mutex may enter
// reclaim waits for itself: GFP_NOFS and GFP_NOIO are no help, mutex_trylock() in the shrinker is.
// Both halves are shown.

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

static DEFINE_MUTEX(bad_lock);
static void *bad_slot;

static unsigned long bad_count(struct shrinker *shrink, struct shrink_control *sc)
{
	return bad_slot ? 1 : 0;
}

static unsigned long bad_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	mutex_lock(&bad_lock);
	kfree(bad_slot);
	bad_slot = NULL;
	mutex_unlock(&bad_lock);
	return 1;
}

static struct shrinker bad_shrinker = {
	.count_objects = bad_count,
	.scan_objects = bad_scan,
};

void bad(void)
{
	mutex_lock(&bad_lock);
	bad_slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for bad_lock: bad() holds mutex &bad_lock [reclaim-lock-inversion, high confidence]
	// CHECK: bad_lock -> reclaim: the lock is held across an allocation:
	// CHECK: in bad: takes mutex &bad_lock (mutex_lock)
	// CHECK: might_alloc() may enter direct reclaim: __GFP_DIRECT_RECLAIM
	// CHECK: reclaim -> bad_lock: whatever the flags, GFP_NOFS and GFP_NOIO included:
	// CHECK: in try_to_free_pages: direct reclaim begins
	// CHECK: in do_shrink_slab: calls bad_scan() through shrinker.scan_objects
	// CHECK: in bad_scan: waits for mutex bad_lock (mutex_lock)
	// CHECK: fix: allocate before bad() takes the lock, or use mutex_trylock() or its like in reclaim: GFP_NOFS and GFP_NOIO are not enough
	mutex_unlock(&bad_lock);
}

void bad_nofs(void)
{
	mutex_lock(&bad_lock);
	bad_slot = kmalloc(64, GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS, which waits for bad_lock: bad_nofs() holds mutex &bad_lock [reclaim-lock-inversion, high confidence]
	// CHECK: fix: {{.*}}GFP_NOFS and GFP_NOIO are not enough
	mutex_unlock(&bad_lock);
}

void bad_noio(void)
{
	mutex_lock(&bad_lock);
	bad_slot = kmalloc(64, GFP_NOIO);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOIO, which waits for bad_lock: bad_noio() holds mutex &bad_lock [reclaim-lock-inversion, high confidence]
	mutex_unlock(&bad_lock);
}

void fixed_nowait(void)
{
	mutex_lock(&bad_lock);
	bad_slot = kmalloc(64, GFP_NOWAIT);
	mutex_unlock(&bad_lock);
}

void fixed_before(void)
{
	void *slot = kmalloc(64, GFP_KERNEL);

	mutex_lock(&bad_lock);
	bad_slot = slot;
	mutex_unlock(&bad_lock);
}

static DEFINE_MUTEX(fixed_lock);
static void *fixed_slot;

static unsigned long fixed_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	if (!mutex_trylock(&fixed_lock))
		return SHRINK_STOP;
	kfree(fixed_slot);
	fixed_slot = NULL;
	mutex_unlock(&fixed_lock);
	return 1;
}

static struct shrinker fixed_shrinker = {
	.count_objects = bad_count,
	.scan_objects = fixed_scan,
};

void fixed(void)
{
	mutex_lock(&fixed_lock);
	fixed_slot = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&fixed_lock);
}

int init(void)
{
	return register_shrinker(&bad_shrinker, "bad") ?: register_shrinker(&fixed_shrinker, "fixed");
}
