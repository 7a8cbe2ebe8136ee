// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// While a queue is frozen, I/O to it waits: whoever freezes it must not start any, wherever the
// freezing is done.

#include <linux/blk-mq.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct disk {
	struct request_queue *q;
	void *map;
	int size;
};

static void disk_suspend(struct disk *d)
{
	blk_mq_freeze_queue(d->q);
}

static void disk_resume(struct disk *d)
{
	blk_mq_unfreeze_queue(d->q);
}

void bad(struct disk *d)
{
	blk_mq_freeze_queue(d->q);
	d->map = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and start I/O: bad() {{.*}}frozen{{.*}}[reclaim-reentry, high confidence]
	// CHECK: reclaim may need: {{.*}}queue
	// CHECK: fix: {{.*}}GFP_NOIO{{.*}}memalloc_noio_save()
	blk_mq_unfreeze_queue(d->q);
}

int bad_nofs(struct disk *d, int size)
{
	disk_suspend(d);
	d->map = kmalloc(size, GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS and start I/O: bad_nofs() {{.*}}frozen{{.*}}[reclaim-reentry, high confidence]
	disk_resume(d);
	return d->map ? 0 : -ENOMEM;
}

void bad_started(struct disk *d)
{
	blk_freeze_queue_start(d->q);
	d->map = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and start I/O: bad_started() {{.*}}frozen{{.*}}[reclaim-reentry, high confidence]
	blk_mq_freeze_queue_wait(d->q);
	blk_mq_unfreeze_queue(d->q);
}

int fixed(struct disk *d, int size)
{
	void *map = kmalloc(size, GFP_KERNEL);

	disk_suspend(d);
	d->map = map;
	map = kmalloc(size, GFP_NOIO);
	disk_resume(d);
	d->map = kmalloc(size, GFP_KERNEL);
	return d->map ? 0 : -ENOMEM;
}

void fixed_scope(struct disk *d)
{
	unsigned int noio = memalloc_noio_save();

	disk_suspend(d);
	d->map = kmalloc(64, GFP_KERNEL);
	disk_resume(d);
	memalloc_noio_restore(noio);
}
