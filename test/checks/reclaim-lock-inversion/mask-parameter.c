// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// The mask of the allocation under the lock is a parameter: wrong or right is the caller. Of two
// callers of one function only the one that passes GFP_KERNEL is named.

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct cache {
	struct mutex lock;
	void *slot;
	struct shrinker shrinker;
};

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct cache *c = container_of(shrink, struct cache, shrinker);

	if (!(sc->gfp_mask & __GFP_FS))
		return SHRINK_STOP;
	mutex_lock(&c->lock);
	kfree(c->slot);
	mutex_unlock(&c->lock);
	return 1;
}

static void fill(struct cache *c, gfp_t gfp)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, gfp);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for cache.lock: fill() holds mutex &c->lock [reclaim-lock-inversion, high confidence]
	// CHECK: in bad: calls fill()
	// CHECK: GFP_KERNEL comes from bad()
	// CHECK: fix: pass GFP_NOFS to fill() at
	mutex_unlock(&c->lock);
}

void bad(struct cache *c)
{
	fill(c, GFP_KERNEL);
}

void fixed(struct cache *c)
{
	fill(c, GFP_NOFS);
}

int init(struct cache *c)
{
	c->shrinker.count_objects = count;
	c->shrinker.scan_objects = scan;
	return register_shrinker(&c->shrinker, "cache");
}
