// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// Scopes opened by hand: bits of current->flags. Their numbers are read from the tree, where
// 0x40000, which is PF_MEMALLOC_NOFS in Linux 6.12, is PF_WQ_WORKER.

#include <linux/blk-mq.h>
#include <linux/kthread.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

struct disk {
	struct request_queue *q;
	struct folio *folio;
	void *map;
};

static void write_one(struct disk *d)
{
	folio_start_writeback(d->folio);
	d->map = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(d->folio);
}

void bad(struct disk *d)
{
	current->flags |= PF_MEMALLOC_NOFS;
	folio_start_writeback(d->folio);
	d->map = kmalloc(64, GFP_KERNEL);
	current->flags &= ~PF_MEMALLOC_NOFS;
	d->map = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(d->folio);
}

void bad_other_flag(struct disk *d)
{
	current->flags |= 0x40000;
	folio_start_writeback(d->folio);
	d->map = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_other_flag() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(d->folio);
	current->flags &= ~0x40000;
}

void bad_nofs_for_io(struct disk *d)
{
	current->flags |= PF_MEMALLOC_NOFS;
	blk_mq_freeze_queue(d->q);
	d->map = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL{{.*}} and start I/O: bad_nofs_for_io() {{.*}}[reclaim-reentry, high confidence]
	blk_mq_unfreeze_queue(d->q);
	current->flags &= ~PF_MEMALLOC_NOFS;
}

void fixed(struct disk *d)
{
	current->flags |= PF_MEMALLOC_NOFS;
	folio_start_writeback(d->folio);
	d->map = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(d->folio);
	current->flags &= ~PF_MEMALLOC_NOFS;
}

/* Puts back what was there before: what comes after is in the caller's scope or in none. */
void fixed_restored(struct disk *d)
{
	unsigned int pflags = current->flags & PF_MEMALLOC_NOIO;

	current->flags |= PF_MEMALLOC_NOIO;
	blk_mq_freeze_queue(d->q);
	d->map = kmalloc(64, GFP_KERNEL);
	blk_mq_unfreeze_queue(d->q);
	current->flags = (current->flags & ~PF_MEMALLOC_NOIO) | pflags;
	d->map = kmalloc(64, GFP_KERNEL);
}

/* A kthread that is in the scope for good. */
static int fixed_thread(void *data)
{
	current->flags |= PF_MEMALLOC;
	while (!kthread_should_stop())
		write_one(data);
	return 0;
}

void start(struct disk *d)
{
	kthread_run(fixed_thread, d, "writer");
}
