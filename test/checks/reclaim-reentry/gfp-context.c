// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// current_gfp_context() applies the scopes that are open and nothing else.

#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct tree {
	struct folio *folio;
	void *node;
};

static void *node_alloc(gfp_t gfp)
{
	gfp = current_gfp_context(gfp);
	return kmalloc(64, gfp | __GFP_NOWARN);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL{{.*}} and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, high confidence]
}

void bad(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = node_alloc(GFP_KERNEL);
	folio_end_writeback(t->folio);
}

void fixed(struct tree *t)
{
	unsigned int nofs = memalloc_nofs_save();

	folio_start_writeback(t->folio);
	t->node = node_alloc(GFP_KERNEL);
	folio_end_writeback(t->folio);
	memalloc_nofs_restore(nofs);
}

void fixed_flags(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = node_alloc(GFP_NOFS);
	folio_end_writeback(t->folio);
}
