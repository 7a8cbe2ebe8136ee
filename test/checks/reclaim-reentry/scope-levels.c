// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// The wrong scope: nofs leaves __GFP_IO, pin leaves both.

#include <linux/blk-mq.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct disk {
	struct request_queue *q;
	struct folio *folio;
	void *map;
};

void bad_nofs(struct disk *d)
{
	unsigned int nofs = memalloc_nofs_save();

	blk_mq_freeze_queue(d->q);
	d->map = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL{{.*}} and start I/O: bad_nofs() {{.*}}[reclaim-reentry, high confidence]
	blk_mq_unfreeze_queue(d->q);
	memalloc_nofs_restore(nofs);
}

void bad_pin(struct disk *d)
{
	unsigned int pin = memalloc_pin_save();

	folio_start_writeback(d->folio);
	d->map = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL{{.*}} and re-enter the filesystem: bad_pin() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(d->folio);
	memalloc_pin_restore(pin);
}

void fixed_nofs(struct disk *d)
{
	unsigned int nofs = memalloc_nofs_save();

	blk_mq_freeze_queue(d->q);
	d->map = kmalloc(64, GFP_NOIO);
	blk_mq_unfreeze_queue(d->q);
	memalloc_nofs_restore(nofs);
}

void fixed_both(struct disk *d)
{
	unsigned int nofs = memalloc_nofs_save();
	unsigned int noio = memalloc_noio_save();

	blk_mq_freeze_queue(d->q);
	d->map = kmalloc(64, GFP_KERNEL);
	blk_mq_unfreeze_queue(d->q);
	memalloc_noio_restore(noio);
	memalloc_nofs_restore(nofs);
}
