// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// Who waits for a work item waits for what its function allocates. Flags that let reclaim in are
// wrong there if reclaim is who waits; without __GFP_DIRECT_RECLAIM nothing comes back.

#include <linux/kernel.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct bad_cache {
	struct {
		struct work_struct drain;
	} background;
	void *slot;
};

struct fixed_cache {
	struct delayed_work drain;
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
	flush_work(&bad->background.drain);
	flush_work(&fixed->drain.work);
	return 1;
}

static void bad_drain(struct work_struct *work)
{
	struct bad_cache *c = container_of(work, struct bad_cache, background.drain);

	c->slot = kmalloc(64, GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS, which waits for bad_cache.background.drain: bad_drain() is a work item, which is waited for by whoever flushes or cancels it [reclaim-lock-inversion
	// CHECK: in scan: waits for work item bad_cache.background.drain (flush_work)
	// CHECK: fix: do not wait for the work item in reclaim
}

static void fixed_drain(struct work_struct *work)
{
	struct fixed_cache *c = container_of(to_delayed_work(work), struct fixed_cache, drain);

	c->slot = kmalloc(64, GFP_NOWAIT);
}

static struct shrinker shrinker = { .count_objects = count, .scan_objects = scan };

int init(void)
{
	INIT_WORK(&bad->background.drain, bad_drain);
	INIT_DELAYED_WORK(&fixed->drain, fixed_drain);
	return register_shrinker(&shrinker, "drained");
}
