// RUN: %analyze --check=reclaim-lock-inversion --min-confidence=low %s | FileCheck %s --implicit-check-not=warning:
//
// Flags decide between waiting for a lock and trying it. Where they cannot have the bit that says
// "try", the shrinker waits; where they may, whether it does is not known, which is a guess.

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

enum { EVICT_TRYLOCK = 2, EVICT_ACTIVE = 4 };

struct maybe_cache {
	struct mutex lock;
	void *slot;
};

struct always_cache {
	struct mutex lock;
	void *slot;
};

static struct maybe_cache *maybe;
static struct always_cache *always;
extern bool active(void), contended(void);

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static void maybe_evict(struct maybe_cache *c, unsigned long flags)
{
	if (flags & EVICT_TRYLOCK) {
		if (!mutex_trylock(&c->lock))
			return;
	} else {
		mutex_lock(&c->lock);
	}
	c->slot = NULL;
	mutex_unlock(&c->lock);
}

static unsigned long maybe_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	unsigned long flags = 0;

	if (active())
		flags |= EVICT_ACTIVE;
	if (contended())
		flags |= EVICT_TRYLOCK;
	maybe_evict(maybe, flags);
	return 1;
}

void fill_maybe(struct maybe_cache *c)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() {{.*}} waits for maybe_cache.lock: {{.*}} low confidence]
	mutex_unlock(&c->lock);
}

static void always_evict(struct always_cache *c, unsigned long flags)
{
	if (flags & EVICT_TRYLOCK) {
		if (!mutex_trylock(&c->lock))
			return;
	} else {
		mutex_lock(&c->lock);
	}
	c->slot = NULL;
	mutex_unlock(&c->lock);
}

static unsigned long always_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	unsigned long flags = 0;

	if (active())
		flags |= EVICT_ACTIVE;
	always_evict(always, flags);
	return 1;
}

void fill_always(struct always_cache *c)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() {{.*}} waits for always_cache.lock: {{.*}} high confidence]
	mutex_unlock(&c->lock);
}

static struct shrinker maybe_shrinker = { .count_objects = count, .scan_objects = maybe_scan };
static struct shrinker always_shrinker = { .count_objects = count, .scan_objects = always_scan };

int init(void)
{
	return register_shrinker(&maybe_shrinker, "maybe") ?: register_shrinker(&always_shrinker, "always");
}
