// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// The scope may be open already where the state begins: if every caller sees to it, all is well; one
// that does not is enough for a bug.

#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct tree {
	struct folio *folio;
	void *node;
};

/* All callers are in a scope. */
static void fixed_write(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(t->folio);
}

void fixed_sync(struct tree *t)
{
	unsigned int nofs = memalloc_nofs_save();

	fixed_write(t);
	memalloc_nofs_restore(nofs);
}

static void fixed_flush_locked(struct tree *t)
{
	fixed_write(t);
}

void fixed_flush(struct tree *t)
{
	unsigned int noio = memalloc_noio_save();

	fixed_flush_locked(t);
	memalloc_noio_restore(noio);
}

/* One is not. */
static void bad_write(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_write() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(t->folio);
}

void caller_in_scope(struct tree *t)
{
	unsigned int nofs = memalloc_nofs_save();

	bad_write(t);
	memalloc_nofs_restore(nofs);
}

void caller_without(struct tree *t)
{
	bad_write(t);
}
