// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// Whether to wait for the lock is told to the function that takes it, by an argument. That others
// than the shrinker wait there is no harm.

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct cache {
	struct mutex lock;
	void *slot;
};

static struct cache *cached;

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static bool drop(struct cache *c, bool try)
{
	if (try) {
		if (!mutex_trylock(&c->lock))
			return false;
	} else {
		mutex_lock(&c->lock);
	}
	kfree(c->slot);
	mutex_unlock(&c->lock);
	return true;
}

static unsigned long fixed_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	return drop(cached, true) ? 1 : SHRINK_STOP;
}

void flush(struct cache *c)
{
	drop(c, false);
}

void fixed(struct cache *c)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&c->lock);
}

static struct shrinker fixed_shrinker = { .count_objects = count, .scan_objects = fixed_scan };

struct waited_cache {
	struct mutex lock;
	void *slot;
};

static struct waited_cache *waited;

static bool waited_drop(struct waited_cache *c, bool try)
{
	if (try) {
		if (!mutex_trylock(&c->lock))
			return false;
	} else {
		mutex_lock(&c->lock);
	}
	kfree(c->slot);
	mutex_unlock(&c->lock);
	return true;
}

static unsigned long bad_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	return waited_drop(waited, false) ? 1 : SHRINK_STOP;
}

void bad(struct waited_cache *c)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for waited_cache.lock: bad() holds mutex &c->lock [reclaim-lock-inversion, high confidence]
	mutex_unlock(&c->lock);
}

static struct shrinker bad_shrinker = { .count_objects = count, .scan_objects = bad_scan };

int init(void)
{
	return register_shrinker(&fixed_shrinker, "fixed") ?: register_shrinker(&bad_shrinker, "bad");
}
