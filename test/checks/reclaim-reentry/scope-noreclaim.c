// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// In a noreclaim scope (PF_MEMALLOC) allocations do not reclaim at all.

#include <linux/blk-mq.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct disk {
	struct request_queue *q;
	struct folio *folio;
	void *map;
};

void bad(struct disk *d)
{
	unsigned int noreclaim = memalloc_noreclaim_save();

	folio_start_writeback(d->folio);
	d->map = kmalloc(64, GFP_KERNEL);
	memalloc_noreclaim_restore(noreclaim);
	d->map = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(d->folio);
}

void fixed(struct disk *d)
{
	unsigned int noreclaim = memalloc_noreclaim_save();

	folio_start_writeback(d->folio);
	d->map = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(d->folio);
	blk_mq_freeze_queue(d->q);
	d->map = kmalloc(64, GFP_NOFS);
	blk_mq_unfreeze_queue(d->q);
	memalloc_noreclaim_restore(noreclaim);
}
