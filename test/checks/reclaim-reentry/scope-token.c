// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// The token that ends a scope may be kept anywhere: in a member, in the caller's structure, or
// returned. Where it is kept is how the end finds its beginning.

#include <linux/mutex.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct tree {
	struct mutex lock;
	unsigned int nofs;
	struct folio *folio;
	void *node;
};

static void tree_lock(struct tree *t)
{
	mutex_lock(&t->lock);
	t->nofs = memalloc_nofs_save();
}

static void tree_unlock(struct tree *t)
{
	memalloc_nofs_restore(t->nofs);
	mutex_unlock(&t->lock);
}

static unsigned int tree_enter(struct tree *t)
{
	unsigned int nofs = memalloc_nofs_save();

	mutex_lock(&t->lock);
	return nofs;
}

static void tree_leave(struct tree *t, unsigned int nofs)
{
	mutex_unlock(&t->lock);
	memalloc_nofs_restore(nofs);
}

static void tree_enter_through(struct tree *t, unsigned int *token)
{
	mutex_lock(&t->lock);
	*token = memalloc_nofs_save();
}

static void write_one(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(t->folio);
}

void bad_member(struct tree *t)
{
	tree_lock(t);
	write_one(t);
	folio_start_writeback(t->folio);
	tree_unlock(t);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_member() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(t->folio);
}

void bad_returned(struct tree *t)
{
	unsigned int nofs = tree_enter(t);

	write_one(t);
	folio_start_writeback(t->folio);
	tree_leave(t, nofs);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_returned() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(t->folio);
}

void fixed_member(struct tree *t)
{
	tree_lock(t);
	write_one(t);
	tree_unlock(t);
}

void fixed_returned(struct tree *t)
{
	unsigned int nofs = tree_enter(t);

	write_one(t);
	tree_leave(t, nofs);
}

void fixed_through(struct tree *t)
{
	unsigned int token;

	tree_enter_through(t, &token);
	write_one(t);
	tree_leave(t, token);
}
