// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// The flags are the caller's: one callee with a gfp_t parameter is right or wrong, call by call. The
// state may begin above the allocation or in the callee.

#include <linux/pagemap.h>
#include <linux/slab.h>

struct tree {
	struct folio *folio;
	void *node;
};

static void *node_alloc(gfp_t gfp)
{
	return kmalloc(64, gfp);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL{{.*}} and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, high confidence]
}

static void *node_create(gfp_t gfp)
{
	return node_alloc(gfp | __GFP_ZERO);
}

void bad(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = node_create(GFP_KERNEL);
	folio_end_writeback(t->folio);
}

void fixed(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = node_create(GFP_NOFS);
	folio_end_writeback(t->folio);
}

void fixed_outside(struct tree *t)
{
	t->node = node_create(GFP_KERNEL);
	folio_start_writeback(t->folio);
	folio_end_writeback(t->folio);
}

static void write_one(struct tree *t, gfp_t gfp)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, gfp);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: write_one() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(t->folio);
}

void bad_below(struct tree *t)
{
	write_one(t, GFP_KERNEL);
}

static void fixed_write_one(struct tree *t, gfp_t gfp)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, gfp);
	folio_end_writeback(t->folio);
}

void fixed_below(struct tree *t)
{
	fixed_write_one(t, GFP_NOFS);
	fixed_write_one(t, GFP_NOFS | __GFP_NOFAIL);
}
