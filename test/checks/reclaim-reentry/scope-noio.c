// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A noio scope takes __GFP_IO and __GFP_FS away: it protects where no I/O may be started, and where
// filesystems must not be called.

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
	unsigned int noio;

	blk_mq_freeze_queue(d->q);
	noio = memalloc_noio_save();
	d->map = kmalloc(64, GFP_KERNEL);
	memalloc_noio_restore(noio);
	d->map = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and start I/O: bad() {{.*}}[reclaim-reentry, high confidence]
	blk_mq_unfreeze_queue(d->q);
}

void fixed(struct disk *d)
{
	unsigned int noio = memalloc_noio_save();

	blk_mq_freeze_queue(d->q);
	d->map = kmalloc(64, GFP_KERNEL);
	d->map = kmalloc(64, GFP_NOFS);
	blk_mq_unfreeze_queue(d->q);
	memalloc_noio_restore(noio);
}

/* The filesystem's context is served by it as well. */
void fixed_fs(struct disk *d)
{
	unsigned int noio = memalloc_noio_save();

	folio_start_writeback(d->folio);
	d->map = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(d->folio);
	memalloc_noio_restore(noio);
}
