// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// A cycle over two locks: reclaim waits for the first, whose holder waits for the second, under
// which somebody allocates. Where the first is not always held when the second is taken, the
// path may be none, and nothing is said.

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct bad_cache {
	struct mutex list_lock;
	struct mutex config_lock;
	void *slot;
};

struct fixed_cache {
	struct mutex list_lock;
	struct mutex config_lock;
	void *slot;
};

static struct bad_cache *bad;
static struct fixed_cache *fixed;

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long scan(struct shrinker *shrink, struct shrink_control *sc)
{
	mutex_lock(&bad->list_lock);
	mutex_unlock(&bad->list_lock);
	mutex_lock(&fixed->list_lock);
	mutex_unlock(&fixed->list_lock);
	return 1;
}

static void bad_apply(struct bad_cache *c)
{
	mutex_lock(&c->config_lock);
	c->slot = NULL;
	mutex_unlock(&c->config_lock);
}

void bad_update(struct bad_cache *c)
{
	mutex_lock(&c->list_lock);
	bad_apply(c);
	mutex_unlock(&c->list_lock);
}

void bad_configure(struct bad_cache *c)
{
	mutex_lock(&c->config_lock);
	c->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for bad_cache.list_lock, whose holder waits for bad_cache.config_lock: bad_configure() holds mutex &c->config_lock [reclaim-lock-inversion, medium confidence]
	// CHECK: bad_cache.config_lock -> reclaim:
	// CHECK: reclaim -> bad_cache.list_lock:
	// CHECK: bad_cache.list_lock -> bad_cache.config_lock: taken while the first is held:
	// CHECK-NEXT: in bad_update: holds bad_cache.list_lock
	// CHECK: in bad_apply: waits for mutex bad_cache.config_lock (mutex_lock)
	mutex_unlock(&c->config_lock);
}

// Gives the first lock up before it takes the second.
void fixed_update(struct fixed_cache *c, bool locked)
{
	if (locked)
		mutex_lock(&c->list_lock);
	c->slot = NULL;
	if (locked)
		mutex_unlock(&c->list_lock);
	mutex_lock(&c->config_lock);
	mutex_unlock(&c->config_lock);
}

void fixed_configure(struct fixed_cache *c)
{
	mutex_lock(&c->config_lock);
	c->slot = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&c->config_lock);
}

static struct shrinker shrinker = { .count_objects = count, .scan_objects = scan };

int init(void)
{
	return register_shrinker(&shrinker, "two-locks");
}
