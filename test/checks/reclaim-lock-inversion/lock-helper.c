// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// The lock is taken by a helper that returns with it held; the allocation is its caller's. A helper
// that opens a scope as well, with the token kept beside the lock, is right.

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct bad_cache {
	struct mutex lock;
	void *slot;
	struct shrinker shrinker;
};

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static void bad_lock(struct bad_cache *c)
{
	mutex_lock(&c->lock);
}

static void bad_unlock(struct bad_cache *c)
{
	mutex_unlock(&c->lock);
}

static unsigned long bad_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct bad_cache *c = container_of(shrink, struct bad_cache, shrinker);

	bad_lock(c);
	kfree(c->slot);
	bad_unlock(c);
	return 1;
}

void bad(struct bad_cache *c)
{
	bad_lock(c);
	c->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for bad_cache.lock: bad() holds mutex &c->lock [reclaim-lock-inversion, high confidence]
	// CHECK: in bad: takes mutex &c->lock (bad_lock)
	// CHECK: in bad_scan: calls bad_lock()
	// CHECK: in bad_lock: waits for mutex bad_cache.lock (mutex_lock)
	bad_unlock(c);
}

int bad_init(struct bad_cache *c)
{
	c->shrinker.count_objects = count;
	c->shrinker.scan_objects = bad_scan;
	return register_shrinker(&c->shrinker, "bad");
}

struct fixed_cache {
	struct mutex lock;
	unsigned int noreclaim;
	void *slot;
	struct shrinker shrinker;
};

static void fixed_lock(struct fixed_cache *c)
{
	mutex_lock(&c->lock);
	c->noreclaim = memalloc_noreclaim_save();
}

static void fixed_unlock(struct fixed_cache *c)
{
	memalloc_noreclaim_restore(c->noreclaim);
	mutex_unlock(&c->lock);
}

static unsigned long fixed_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct fixed_cache *c = container_of(shrink, struct fixed_cache, shrinker);

	fixed_lock(c);
	kfree(c->slot);
	fixed_unlock(c);
	return 1;
}

void fixed(struct fixed_cache *c)
{
	fixed_lock(c);
	c->slot = kmalloc(64, GFP_KERNEL);
	fixed_unlock(c);
}

int fixed_init(struct fixed_cache *c)
{
	c->shrinker.count_objects = count;
	c->shrinker.scan_objects = fixed_scan;
	return register_shrinker(&c->shrinker, "fixed");
}
