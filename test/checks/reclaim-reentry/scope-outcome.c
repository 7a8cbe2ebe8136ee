// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A scope that is opened by whoever succeeds: the caller's test of the result, passed on through other
// functions as an error code, an error pointer or NULL, says whether it is open.

#include <linux/err.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct handle {
	int credits;
	unsigned int nofs;
};

struct tree {
	struct handle *handle;
	struct folio *folio;
	void *node;
};

static int handle_open(struct handle *h)
{
	if (!h->credits)
		return -ENOSPC;
	h->nofs = memalloc_nofs_save();
	return 0;
}

static int handle_start(struct handle *h)
{
	int err = handle_open(h);

	if (err)
		return err;
	return 0;
}

static int handle_start_negative(struct handle *h)
{
	int err = handle_open(h);

	if (err < 0)
		return err;
	return 0;
}

static struct handle *handle_new(void)
{
	struct handle *h = kzalloc(sizeof(*h), GFP_NOFS);

	if (!h)
		return ERR_PTR(-ENOMEM);
	h->nofs = memalloc_nofs_save();
	return h;
}

static struct handle *handle_new_open(int credits)
{
	struct handle *h = kzalloc(sizeof(*h), GFP_NOFS);
	int err;

	if (!h)
		return ERR_PTR(-ENOMEM);
	h->credits = credits;
	err = handle_open(h);
	if (err < 0) {
		kfree(h);
		return ERR_PTR(err);
	}
	return h;
}

static int handle_new_through(int credits, struct handle **out)
{
	struct handle *h = handle_new_open(credits);

	if (IS_ERR(h))
		return PTR_ERR(h);
	*out = h;
	return 0;
}

static void write_one(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: write_one() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(t->folio);
}

void bad(struct tree *t)
{
	if (handle_start(t->handle))
		write_one(t);
	else
		memalloc_nofs_restore(t->handle->nofs);
}

int fixed(struct tree *t)
{
	int err = handle_start(t->handle);

	if (err)
		return err;
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(t->folio);
	memalloc_nofs_restore(t->handle->nofs);
	return 0;
}

int fixed_negative(struct tree *t)
{
	int err = handle_start_negative(t->handle);

	if (err < 0)
		return err;
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(t->folio);
	memalloc_nofs_restore(t->handle->nofs);
	return 0;
}

int fixed_pointer(struct tree *t)
{
	struct handle *h = handle_new();

	if (IS_ERR(h))
		return PTR_ERR(h);
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(t->folio);
	memalloc_nofs_restore(h->nofs);
	return 0;
}

int fixed_pointer_of_error(struct tree *t)
{
	struct handle *h = handle_new_open(8);

	if (IS_ERR(h))
		return PTR_ERR(h);
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(t->folio);
	memalloc_nofs_restore(h->nofs);
	return 0;
}

int fixed_through(struct tree *t)
{
	struct handle *h;
	int err = handle_new_through(8, &h);

	if (err)
		return err;
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(t->folio);
	memalloc_nofs_restore(h->nofs);
	return 0;
}
