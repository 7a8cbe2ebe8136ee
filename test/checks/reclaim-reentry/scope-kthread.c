// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// Nor does it go with a kthread.

#include <linux/kthread.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct tree {
	struct folio *folio;
	void *node;
};

static int bad_thread(void *data)
{
	struct tree *t = data;

	while (!kthread_should_stop()) {
		folio_start_writeback(t->folio);
		t->node = kmalloc(64, GFP_KERNEL);
		// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_thread() {{.*}}[reclaim-reentry, high confidence]
		folio_end_writeback(t->folio);
	}
	return 0;
}

static int fixed_thread(void *data)
{
	unsigned int nofs = memalloc_nofs_save();
	struct tree *t = data;

	while (!kthread_should_stop()) {
		folio_start_writeback(t->folio);
		t->node = kmalloc(64, GFP_KERNEL);
		folio_end_writeback(t->folio);
	}
	memalloc_nofs_restore(nofs);
	return 0;
}

void start(struct tree *t)
{
	unsigned int nofs = memalloc_nofs_save();

	kthread_run(bad_thread, t, "bad");
	kthread_run(fixed_thread, t, "fixed");
	memalloc_nofs_restore(nofs);
}
