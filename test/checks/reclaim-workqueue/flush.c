// RUN: %analyze --check=reclaim-workqueue %s | FileCheck %s --implicit-check-not=warning:
//
// Reclaim, and work items that have a rescuer because reclaim waits for them, must not wait for items
// or queues that have none. Which queue an item runs on is told by whoever queues it, in a helper too.

#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/shrinker.h>
#include <linux/workqueue.h>

struct cache {
	struct work_struct plain, good, drain, helped, writer;
	struct workqueue_struct *own_wq;
	int used;
};

static struct cache *cache;
static struct workqueue_struct *good_wq, *plain_wq;

static void do_nothing(struct work_struct *work)
{
	cache->used = 0;
}

static void queue_here(struct cache *c, struct work_struct *work)
{
	queue_work(c->own_wq, work);
}

void use(struct cache *c)
{
	schedule_work(&c->plain);
	queue_work(good_wq, &c->good);
	queue_here(c, &c->helped);
	queue_work(good_wq, &c->writer);
}

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long scan(struct shrinker *shrink, struct shrink_control *sc)
{
	flush_work(&cache->plain);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: flush_work() waits for cache.plain, which runs on system_wq without WQ_MEM_RECLAIM, in direct reclaim [reclaim-workqueue, high confidence]
	// CHECK: reclaim -> cache.plain:
	// CHECK: in scan: waits for work item cache.plain (flush_work)
	// CHECK: system_wq: no rescuer:
	// CHECK: in workqueue_init: allocates system_wq without WQ_MEM_RECLAIM
	// CHECK: in use: queues cache.plain there
	// CHECK: fix: queue cache.plain on a workqueue of its own with WQ_MEM_RECLAIM, or do not wait for it here
	flush_work(&cache->good);
	cancel_work_sync(&cache->plain);
	return 1;
}

static struct shrinker shrinker = { .count_objects = count, .scan_objects = scan };

static void write(struct work_struct *work)
{
	flush_work(&cache->helped);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: flush_work() waits for cache.helped, which runs on cache.own_wq without WQ_MEM_RECLAIM, in write(), a work item of good_wq, which has WQ_MEM_RECLAIM [reclaim-workqueue, high confidence]
	// CHECK: in init: allocates cache.own_wq without WQ_MEM_RECLAIM
	// CHECK: in use: queues cache.helped there
	// CHECK: fix: allocate cache.own_wq with WQ_MEM_RECLAIM, or do not wait for it here
	flush_workqueue(plain_wq);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: flush_workqueue() waits for plain_wq, which has no WQ_MEM_RECLAIM, in write(), a work item of good_wq
	flush_work(&cache->good);
}

/* Nobody waits for this one under memory pressure. */
static void background(struct work_struct *work)
{
	flush_work(&cache->plain);
	flush_workqueue(plain_wq);
}

static int init(void)
{
	good_wq = alloc_workqueue("good", WQ_MEM_RECLAIM, 0);
	plain_wq = alloc_workqueue("plain", WQ_UNBOUND, 0);
	cache->own_wq = alloc_workqueue("own", WQ_FREEZABLE, 0);
	INIT_WORK(&cache->plain, background);
	INIT_WORK(&cache->good, do_nothing);
	INIT_WORK(&cache->helped, do_nothing);
	INIT_WORK(&cache->writer, write);
	register_shrinker(&shrinker, "cache");
	return 0;
}
module_init(init);
