// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not='{{fixed[a-z_]*\(}}'
//
// A jbd2 handle brings its own nofs scope: what is allocated while it is open is safe, unless the
// scope is closed before the handle.

#include <linux/jbd2.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct dir {
	journal_t *journal;
	void *block;
};

int bad(struct dir *d)
{
	handle_t *handle = jbd2_journal_start(d->journal, 8);

	if (IS_ERR(handle))
		return PTR_ERR(handle);
	memalloc_nofs_restore(handle->saved_alloc_context);
	d->block = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, {{high|medium}} confidence]
	handle->saved_alloc_context = memalloc_nofs_save();
	return jbd2_journal_stop(handle);
}

static int add_entry(handle_t *handle, struct dir *d)
{
	d->block = kmalloc(64, GFP_KERNEL);
	return d->block ? 0 : -ENOMEM;
}

int fixed(struct dir *d)
{
	handle_t *handle = jbd2_journal_start(d->journal, 8);
	int err;

	if (IS_ERR(handle))
		return PTR_ERR(handle);
	d->block = kmalloc(64, GFP_KERNEL);
	err = add_entry(handle, d);
	return jbd2_journal_stop(handle) ?: err;
}

/* The handle of a caller is started again: the scope is the caller's. */
static int fixed_inner(struct dir *d)
{
	handle_t *handle = jbd2_journal_start(d->journal, 1);

	if (IS_ERR(handle))
		return PTR_ERR(handle);
	d->block = kmalloc(64, GFP_KERNEL);
	return jbd2_journal_stop(handle);
}

int fixed_outer(struct dir *d)
{
	handle_t *handle = jbd2_journal_start(d->journal, 8);
	int err;

	if (IS_ERR(handle))
		return PTR_ERR(handle);
	err = fixed_inner(d);
	d->block = kmalloc(64, GFP_KERNEL);
	return jbd2_journal_stop(handle) ?: err;
}
