// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// Whether to wait for the lock is a member of a record of options that is passed down by pointer.
// What the shrinker puts there decides; members that its initialiser leaves out are zero.

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct walk_control {
	bool try_lock;
	unsigned long nr_to_walk;
};

struct tried_cache {
	struct mutex lock;
	void *slot;
};

struct waited_cache {
	struct mutex lock;
	void *slot;
};

static struct tried_cache *tried;
static struct waited_cache *waited;

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static bool tried_one(struct tried_cache *c, struct walk_control *wc)
{
	if (wc->try_lock) {
		if (!mutex_trylock(&c->lock))
			return false;
	} else {
		mutex_lock(&c->lock);
	}
	kfree(c->slot);
	mutex_unlock(&c->lock);
	return true;
}

static unsigned long tried_walk(struct tried_cache *c, struct walk_control *wc)
{
	unsigned long freed = 0;

	while (wc->nr_to_walk--)
		freed += tried_one(c, wc);
	return freed;
}

static unsigned long fixed_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct walk_control wc = { .try_lock = true, .nr_to_walk = sc->nr_to_scan };

	return tried_walk(tried, &wc);
}

unsigned long flush(struct tried_cache *c)
{
	struct walk_control wc = { .nr_to_walk = 100 };

	return tried_walk(c, &wc);
}

void fixed(struct tried_cache *c)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&c->lock);
}

static bool waited_one(struct waited_cache *c, struct walk_control *wc)
{
	if (wc->try_lock) {
		if (!mutex_trylock(&c->lock))
			return false;
	} else {
		mutex_lock(&c->lock);
	}
	kfree(c->slot);
	mutex_unlock(&c->lock);
	return true;
}

static unsigned long waited_walk(struct waited_cache *c, struct walk_control *wc)
{
	unsigned long freed = 0;

	while (wc->nr_to_walk--)
		freed += waited_one(c, wc);
	return freed;
}

static unsigned long bad_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct walk_control wc = { .try_lock = false, .nr_to_walk = sc->nr_to_scan };

	return waited_walk(waited, &wc);
}

void bad(struct waited_cache *c)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for waited_cache.lock: bad() holds mutex &c->lock [reclaim-lock-inversion, high confidence]
	// CHECK: in waited_one: waits for mutex waited_cache.lock (mutex_lock)
	mutex_unlock(&c->lock);
}

static struct shrinker fixed_shrinker = { .count_objects = count, .scan_objects = fixed_scan };
static struct shrinker bad_shrinker = { .count_objects = count, .scan_objects = bad_scan };

int init(void)
{
	return register_shrinker(&fixed_shrinker, "fixed") ?: register_shrinker(&bad_shrinker, "bad");
}
