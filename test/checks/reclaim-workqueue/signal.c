// RUN: %analyze --check=reclaim-workqueue %s | FileCheck %s --implicit-check-not=warning:
//
// Who waits for a signal that only work items give waits for their workqueue.

#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/shrinker.h>
#include <linux/workqueue.h>

struct cache {
	struct work_struct work, fixed_work;
	struct completion drained, fixed, either;
};

static struct cache *cache;
static struct workqueue_struct *good_wq;

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long scan(struct shrinker *shrink, struct shrink_control *sc)
{
	schedule_work(&cache->work);
	queue_work(good_wq, &cache->fixed_work);
	wait_for_completion(&cache->drained);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: wait_for_completion() waits for cache.drained, which is only signalled by work on system_wq without WQ_MEM_RECLAIM, in direct reclaim [reclaim-workqueue, high confidence]
	// CHECK: in scan: queues who signals there
	wait_for_completion(&cache->fixed);
	wait_for_completion(&cache->either);
	return 1;
}

static struct shrinker shrinker = { .count_objects = count, .scan_objects = scan };

static void tell(struct cache *c)
{
	complete(&c->drained);
}

static void drain(struct work_struct *work)
{
	tell(container_of(work, struct cache, work));
	complete(&cache->either);
}

static void drain_fixed(struct work_struct *work)
{
	complete(&cache->fixed);
}

/* Somebody else may give it. */
void cancel(struct cache *c)
{
	complete(&c->either);
}

static int init(void)
{
	good_wq = alloc_workqueue("good", WQ_MEM_RECLAIM, 0);
	INIT_WORK(&cache->work, drain);
	INIT_WORK(&cache->fixed_work, drain_fixed);
	register_shrinker(&shrinker, "cache");
	return 0;
}
module_init(init);
