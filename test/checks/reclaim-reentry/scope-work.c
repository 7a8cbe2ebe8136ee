// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A scope does not go with a work item: whoever queued it may be in one, the work function is not.

#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct tree {
	struct work_struct bad_work, fixed_work;
	struct folio *folio;
	void *node;
};

static void bad_work(struct work_struct *work)
{
	struct tree *t = container_of(work, struct tree, bad_work);

	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_work() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(t->folio);
}

static void fixed_work(struct work_struct *work)
{
	struct tree *t = container_of(work, struct tree, fixed_work);
	unsigned int nofs = memalloc_nofs_save();

	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(t->folio);
	memalloc_nofs_restore(nofs);
}

void start(struct tree *t)
{
	unsigned int nofs = memalloc_nofs_save();

	INIT_WORK(&t->bad_work, bad_work);
	INIT_WORK(&t->fixed_work, fixed_work);
	schedule_work(&t->bad_work);
	schedule_work(&t->fixed_work);
	flush_work(&t->bad_work);
	memalloc_nofs_restore(nofs);
}
