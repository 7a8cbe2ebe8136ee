// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A nofs scope protects what is allocated in it, however deep; not what comes before or after.

#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct tree {
	struct folio *folio;
	void *node;
};

static void *node_alloc(void)
{
	return kmalloc(64, GFP_KERNEL);
}

void bad_before(struct tree *t)
{
	unsigned int nofs;

	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_before() {{.*}}[reclaim-reentry, high confidence]
	nofs = memalloc_nofs_save();
	t->node = node_alloc();
	memalloc_nofs_restore(nofs);
	folio_end_writeback(t->folio);
}

void bad_after(struct tree *t)
{
	unsigned int nofs = memalloc_nofs_save();

	folio_start_writeback(t->folio);
	t->node = node_alloc();
	memalloc_nofs_restore(nofs);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_after() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(t->folio);
}

int bad_error_path(struct tree *t, int key)
{
	unsigned int nofs = memalloc_nofs_save();
	int err = 0;

	folio_start_writeback(t->folio);
	t->node = node_alloc();
	memalloc_nofs_restore(nofs);
	if (key < 0) {
		t->node = kmalloc(64, GFP_KERNEL);
		// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_error_path() {{.*}}[reclaim-reentry, high confidence]
		err = -1;
	}
	folio_end_writeback(t->folio);
	return err;
}

void fixed(struct tree *t)
{
	unsigned int nofs = memalloc_nofs_save();

	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	t->node = node_alloc();
	folio_end_writeback(t->folio);
	memalloc_nofs_restore(nofs);
	t->node = node_alloc();
}
