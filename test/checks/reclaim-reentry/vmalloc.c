// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// vmalloc() allocates page tables with GFP_KERNEL deep down, and opens a scope there that suits the
// flags it was given.

#include <linux/blk-mq.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

struct disk {
	struct request_queue *q;
	struct folio *folio;
	void *map;
};

void bad(struct disk *d)
{
	folio_start_writeback(d->folio);
	d->map = vmalloc(65536);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: vmalloc() may enter reclaim with GFP_KERNEL{{.*}} and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(d->folio);
}

void bad_kvmalloc(struct disk *d)
{
	folio_start_writeback(d->folio);
	d->map = kvmalloc(65536, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kvmalloc() may enter reclaim with GFP_KERNEL{{.*}} and re-enter the filesystem: bad_kvmalloc() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(d->folio);
}

void bad_io(struct disk *d)
{
	blk_mq_freeze_queue(d->q);
	d->map = __vmalloc(65536, GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: __vmalloc() may enter reclaim with {{.*}}GFP_NOFS{{.*}} and start I/O: bad_io() {{.*}}[reclaim-reentry, high confidence]
	blk_mq_unfreeze_queue(d->q);
}

void fixed(struct disk *d)
{
	folio_start_writeback(d->folio);
	d->map = __vmalloc(65536, GFP_NOFS);
	d->map = kvmalloc(65536, GFP_NOFS);
	d->map = __vmalloc(65536, GFP_NOIO);
	folio_end_writeback(d->folio);
}

void fixed_scope(struct disk *d)
{
	unsigned int nofs = memalloc_nofs_save();

	folio_start_writeback(d->folio);
	d->map = vmalloc(65536);
	d->map = kvmalloc(65536, GFP_KERNEL);
	folio_end_writeback(d->folio);
	memalloc_nofs_restore(nofs);
}

void fixed_io(struct disk *d)
{
	blk_mq_freeze_queue(d->q);
	d->map = __vmalloc(65536, GFP_NOIO);
	d->map = kvmalloc(65536, GFP_NOIO);
	blk_mq_unfreeze_queue(d->q);
}
