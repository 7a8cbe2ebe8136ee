// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// An inner scope's end leaves the outer one open: restore clears only what its save had set.

#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct tree {
	struct folio *folio;
	void *node;
};

static void *node_alloc(void)
{
	unsigned int nofs = memalloc_nofs_save();
	void *node = kmalloc(64, GFP_KERNEL);

	memalloc_nofs_restore(nofs);
	return node;
}

void bad(struct tree *t)
{
	unsigned int outer = memalloc_nofs_save();

	folio_start_writeback(t->folio);
	t->node = node_alloc();
	memalloc_nofs_restore(outer);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(t->folio);
}

void fixed(struct tree *t)
{
	unsigned int outer = memalloc_nofs_save();

	folio_start_writeback(t->folio);
	t->node = node_alloc();
	t->node = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(t->folio);
	memalloc_nofs_restore(outer);
}

void fixed_of_two_kinds(struct tree *t)
{
	unsigned int nofs = memalloc_nofs_save();
	unsigned int noio = memalloc_noio_save();

	folio_start_writeback(t->folio);
	memalloc_noio_restore(noio);
	t->node = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(t->folio);
	memalloc_nofs_restore(nofs);
}
