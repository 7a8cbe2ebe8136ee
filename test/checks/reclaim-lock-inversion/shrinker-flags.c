// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// What a shrinker tests of shrink_control.gfp_mask says which allocations get to its lock. Both are
// registered as since 6.7: the functions are stored between shrinker_alloc() and
// shrinker_register().

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct fs_cache {
	struct mutex lock;
	void *slot;
	struct shrinker *shrinker;
};

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long fs_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct fs_cache *c = shrink->private_data;

	if (!(sc->gfp_mask & __GFP_FS))
		return SHRINK_STOP;
	mutex_lock(&c->lock);
	kfree(c->slot);
	mutex_unlock(&c->lock);
	return 1;
}

int fs_init(struct fs_cache *c)
{
	c->shrinker = shrinker_alloc(0, "fs");
	if (!c->shrinker)
		return -ENOMEM;
	c->shrinker->count_objects = count;
	c->shrinker->scan_objects = fs_scan;
	c->shrinker->private_data = c;
	shrinker_register(c->shrinker);
	return 0;
}

void bad(struct fs_cache *c)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, GFP_KERNEL);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for fs_cache.lock: bad() holds mutex &c->lock [reclaim-lock-inversion, high confidence]
	// CHECK-DAG: reclaim -> fs_cache.lock: only with __GFP_FS:
	// CHECK-DAG: fix: pass GFP_NOFS to kmalloc() at {{.*}}:[[#@LINE-3]], or allocate before bad() takes the lock
	mutex_unlock(&c->lock);
}

void fixed(struct fs_cache *c)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, GFP_NOFS);
	mutex_unlock(&c->lock);
}

struct io_cache {
	struct mutex lock;
	void *slot;
	struct shrinker *shrinker;
};

static unsigned long io_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct io_cache *c = shrink->private_data;

	if (!(sc->gfp_mask & __GFP_IO))
		return SHRINK_STOP;
	mutex_lock(&c->lock);
	kfree(c->slot);
	mutex_unlock(&c->lock);
	return 1;
}

int io_init(struct io_cache *c)
{
	c->shrinker = shrinker_alloc(0, "io");
	if (!c->shrinker)
		return -ENOMEM;
	c->shrinker->count_objects = count;
	c->shrinker->scan_objects = io_scan;
	c->shrinker->private_data = c;
	shrinker_register(c->shrinker);
	return 0;
}

void bad_nofs(struct io_cache *c)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, GFP_NOFS);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS, which waits for io_cache.lock: bad_nofs() holds mutex &c->lock [reclaim-lock-inversion, high confidence]
	// CHECK-DAG: reclaim -> io_cache.lock: with __GFP_IO, GFP_NOFS included:
	// CHECK-DAG: fix: pass GFP_NOIO (GFP_NOFS is not enough) to kmalloc() at {{.*}}:[[#@LINE-3]], or allocate before bad_nofs() takes the lock
	mutex_unlock(&c->lock);
}

void fixed_noio(struct io_cache *c)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, GFP_NOIO);
	mutex_unlock(&c->lock);
}
