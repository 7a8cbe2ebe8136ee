// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// The lock is taken by a function that the shrinker passes to a walker. The walker takes none itself.

#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct cache {
	struct mutex lock;
	struct list_head node;
	void *slot;
};

static LIST_HEAD(caches);

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static void walk(void (*fn)(struct cache *c))
{
	struct cache *c;

	list_for_each_entry(c, &caches, node)
		fn(c);
}

static void drop(struct cache *c)
{
	mutex_lock(&c->lock);
	kfree(c->slot);
	mutex_unlock(&c->lock);
}

static unsigned long scan(struct shrinker *shrink, struct shrink_control *sc)
{
	walk(drop);
	return 1;
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
