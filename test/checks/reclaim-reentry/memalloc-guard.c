// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// Code may ask what scope it is in: in a branch that runs only with PF_MEMALLOC set, nothing
// reclaims, and with the scope of the caller known the other branch is not taken.

#include <linux/blk-mq.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/writeback.h>

struct disk {
	struct request_queue *q;
	struct folio *folio;
	void *map;
};

/* Refuses to work for reclaim. */
static void refill(struct disk *d)
{
	if (current->flags & PF_MEMALLOC_NOFS)
		return;
	d->map = kmalloc(64, GFP_NOFS);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS and start I/O: bad() {{.*}}[reclaim-reentry, high confidence]
}

void bad(struct disk *d)
{
	blk_mq_freeze_queue(d->q);
	refill(d);
	blk_mq_unfreeze_queue(d->q);
}

/* Its nofs scope would not protect the allocation, but keeps it from happening. */
void fixed(struct disk *d)
{
	unsigned int nofs = memalloc_nofs_save();

	blk_mq_freeze_queue(d->q);
	refill(d);
	blk_mq_unfreeze_queue(d->q);
	memalloc_nofs_restore(nofs);
}

void fixed_in_branch(struct disk *d)
{
	folio_start_writeback(d->folio);
	if (current->flags & PF_MEMALLOC)
		d->map = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(d->folio);
}

void fixed_after_test(struct disk *d)
{
	folio_start_writeback(d->folio);
	if (!(current->flags & PF_MEMALLOC_NOFS))
		goto out;
	d->map = kmalloc(64, GFP_KERNEL);
out:
	folio_end_writeback(d->folio);
}

/* Either will do. */
void fixed_either(struct disk *d)
{
	folio_start_writeback(d->folio);
	if (current->flags & (PF_MEMALLOC_NOFS | PF_MEMALLOC_NOIO))
		d->map = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(d->folio);
}

void fixed_choice(struct disk *d)
{
	folio_start_writeback(d->folio);
	d->map = kmalloc(64, current->flags & PF_MEMALLOC_NOFS ? GFP_KERNEL : GFP_NOFS);
	folio_end_writeback(d->folio);
}

/* Not below reclaim, yet in writeback: waiting for it is as wrong from a flusher thread. */
static int bad_writepage(struct page *page, struct writeback_control *wbc)
{
	void *extent;

	if ((current->flags & (PF_MEMALLOC | PF_KSWAPD)) == PF_MEMALLOC)
		return 0;
	extent = kmalloc(64, GFP_KERNEL);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_writepage() is {{.*}}[reclaim-reentry, {{high|medium}} confidence]
	return extent ? 0 : -ENOMEM;
}

static int fixed_writepage(struct page *page, struct writeback_control *wbc)
{
	void *extent;

	if ((current->flags & (PF_MEMALLOC | PF_KSWAPD)) == PF_MEMALLOC)
		return 0;
	extent = kmalloc(64, GFP_NOFS);
	return extent ? 0 : -ENOMEM;
}

const struct address_space_operations aops[] = {
	{ .writepage = bad_writepage },
	{ .writepage = fixed_writepage },
};
