// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// As trylock-option.c, but a function in between says that the lock may be waited for.

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct walk_control {
	unsigned long nr_to_walk;
	unsigned int flags;
};

#define WALK_MAY_WAIT 1

struct cache {
	struct mutex lock;
	void *slot;
};

static struct cache *cached;

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static bool drop(struct cache *c, struct walk_control *wc)
{
	if (wc->flags & WALK_MAY_WAIT)
		mutex_lock(&c->lock);
	else if (!mutex_trylock(&c->lock))
		return false;
	kfree(c->slot);
	mutex_unlock(&c->lock);
	return true;
}

static bool drop_waiting(struct cache *c, struct walk_control *wc)
{
	wc->flags |= WALK_MAY_WAIT;
	return drop(c, wc);
}

static unsigned long scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct walk_control wc = { .nr_to_walk = sc->nr_to_scan };

	return drop_waiting(cached, &wc) ? 1 : SHRINK_STOP;
}

static struct shrinker shrinker = { .count_objects = count, .scan_objects = scan };

void bad(struct cache *c)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for cache.lock: bad() holds mutex &c->lock [reclaim-lock-inversion, {{high|medium}} confidence]
	mutex_unlock(&c->lock);
}

int init(void)
{
	return register_shrinker(&shrinker, "cache");
}
