// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// memalloc_flags_save() opens the scopes whose bits it is given.

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
	unsigned int flags = memalloc_flags_save(PF_MEMALLOC_NOFS);

	blk_mq_freeze_queue(d->q);
	d->map = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL{{.*}} and start I/O: bad() {{.*}}[reclaim-reentry, high confidence]
	blk_mq_unfreeze_queue(d->q);
	memalloc_flags_restore(flags);
}

void bad_other_flag(struct disk *d)
{
	unsigned int flags = memalloc_flags_save(PF_MEMALLOC_PIN);

	folio_start_writeback(d->folio);
	d->map = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL{{.*}} and re-enter the filesystem: bad_other_flag() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(d->folio);
	memalloc_flags_restore(flags);
}

void bad_after(struct disk *d)
{
	unsigned int flags = memalloc_flags_save(PF_MEMALLOC_NOFS);

	folio_start_writeback(d->folio);
	d->map = kmalloc(64, GFP_KERNEL);
	memalloc_flags_restore(flags);
	d->map = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_after() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(d->folio);
}

void fixed(struct disk *d)
{
	unsigned int flags = memalloc_flags_save(PF_MEMALLOC_NOFS);

	folio_start_writeback(d->folio);
	d->map = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(d->folio);
	memalloc_flags_restore(flags);
}

void fixed_two(struct disk *d)
{
	unsigned int flags = memalloc_flags_save(PF_MEMALLOC | PF_MEMALLOC_NOIO);

	blk_mq_freeze_queue(d->q);
	d->map = kmalloc(64, GFP_KERNEL);
	blk_mq_unfreeze_queue(d->q);
	memalloc_flags_restore(flags);
}
