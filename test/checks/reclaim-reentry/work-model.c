// RUN: split-file %s %t
// RUN: %{fixtures}/compile-commands %t/build %t/driver.c
// RUN: %not %gfpcheck analyze --check=reclaim-reentry --model %t/model.yaml -p %t/build | FileCheck %s --implicit-check-not=warning:
//
// A driver's own queue, and its own work item, said to be in reclaim's way by a model of its own.
//
// CHECK-DAG: driver.c:15:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS and start I/O: bad_recover() is a recovery work item{{.*}}[reclaim-reentry, {{high|medium}} confidence]
// CHECK-DAG: driver.c:22:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS and start I/O: bad_retry() is a retry work item{{.*}}[reclaim-reentry, {{high|medium}} confidence]
//--- model.yaml
schema: 1
works:
  - {queue: tinydisk.recovery_wq, context: io_submit, phrase: "recovery work item", why: "requests wait for it"}
  - {member: tinydisk.retry, context: io_submit, phrase: "retry work item", why: "requests wait for it"}
//--- driver.c
#include <linux/slab.h>
#include <linux/workqueue.h>

struct tinydisk {
	struct workqueue_struct *recovery_wq, *stats_wq;
	struct work_struct recover, retry, stats;
	void *buffer;
};

static void bad_recover(struct work_struct *work)
{
	struct tinydisk *d = container_of(work, struct tinydisk, recover);

	/* Requests wait for this. */
	d->buffer = kmalloc(64, GFP_NOFS);
}

static void bad_retry(struct work_struct *work)
{
	struct tinydisk *d = container_of(work, struct tinydisk, retry);

	d->buffer = kmalloc(64, GFP_NOFS);
}

static void fixed_stats(struct work_struct *work)
{
	struct tinydisk *d = container_of(work, struct tinydisk, stats);

	d->buffer = kmalloc(64, GFP_NOFS);
}

int tinydisk_init(struct tinydisk *d)
{
	d->recovery_wq = alloc_workqueue("recovery", WQ_MEM_RECLAIM, 0);
	d->stats_wq = alloc_workqueue("stats", 0, 0);
	INIT_WORK(&d->recover, bad_recover);
	INIT_WORK(&d->retry, bad_retry);
	INIT_WORK(&d->stats, fixed_stats);
	return d->recovery_wq && d->stats_wq ? 0 : -1;
}

void tinydisk_error(struct tinydisk *d)
{
	queue_work(d->recovery_wq, &d->recover);
	schedule_work(&d->retry);
	queue_work(d->stats_wq, &d->stats);
}
