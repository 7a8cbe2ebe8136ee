// RUN: %analyze --check=gfp-mismatch %s | FileCheck %s --implicit-check-not=warning:
//
// With PF_MEMALLOC set an allocation does not reclaim. One that must not fail then waits for others to
// free memory, who may wait for this task.

#include <linux/kthread.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct item;
struct item_ops {
	void (*push)(struct item *);
};

struct item {
	const struct item_ops *ops;
	struct item *next;
	void *buf;
};

void write_out(struct item *it);

static void *get_buf(gfp_t gfp)
{
	return kmalloc(64, gfp | __GFP_ZERO);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() must not fail with GFP_KERNEL | __GFP_NOFAIL | __GFP_ZERO, and cannot reclaim: bad_thread() is in a memalloc_noreclaim scope [gfp-mismatch, medium confidence]
	// CHECK: from where the scope begins to the allocation:
	// CHECK: in bad_thread: begins a memalloc_noreclaim scope (memalloc_noreclaim_save)
	// CHECK: in bad_thread: calls push_items()
	// CHECK: in push_items: calls push_quota() through item_ops.push, one of 2 functions
	// CHECK: in push_quota: calls get_buf()
	// CHECK: might_alloc() is given __GFP_NOFAIL; GFP_KERNEL | __GFP_NOFAIL | __GFP_ZERO comes from push_quota() at
	// CHECK: with PF_MEMALLOC set the page allocator reclaims nothing
	// CHECK: fix: allocate before the scope begins or after it has ended, or drop __GFP_NOFAIL and handle NULL
}

static void push_quota(struct item *it)
{
	if (!it->buf)
		it->buf = get_buf(GFP_KERNEL | __GFP_NOFAIL);
	write_out(it);
}

static void push_inode(struct item *it)
{
	if (it->buf)
		write_out(it);
}

static const struct item_ops quota_ops = { .push = push_quota };
static const struct item_ops inode_ops = { .push = push_inode };

void quota_init(struct item *it)
{
	it->ops = &quota_ops;
}

void inode_init(struct item *it)
{
	it->ops = &inode_ops;
}

static void push_items(struct item *it)
{
	for (; it; it = it->next)
		it->ops->push(it);
}

static int bad_thread(void *data)
{
	unsigned int flags = memalloc_noreclaim_save();

	while (!kthread_should_stop())
		push_items(data);
	memalloc_noreclaim_restore(flags);
	return 0;
}

static int fixed_thread(void *data)
{
	while (!kthread_should_stop()) {
		unsigned int flags = memalloc_noreclaim_save();

		push_inode(data);
		memalloc_noreclaim_restore(flags);
		push_items(data);
	}
	return 0;
}

void start(struct item *it)
{
	kthread_run(bad_thread, it, "push");
	kthread_run(fixed_thread, it, "push");
}

/* A mask that a caller gives, in a scope that is opened by hand. */
static void grow(struct item *it, gfp_t gfp)
{
	unsigned int old = current->flags;

	current->flags |= PF_MEMALLOC;
	it->buf = kmalloc(64, gfp);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() must not fail with GFP_NOFS | __GFP_NOFAIL, and cannot reclaim: grow() is in a memalloc_noreclaim scope [gfp-mismatch, high confidence]
	// CHECK: in grow: sets PF_MEMALLOC in current->flags
	current->flags = old;
}

void bad_grow(struct item *it)
{
	grow(it, GFP_NOFS | __GFP_NOFAIL);
}

void fixed_grow(struct item *it)
{
	grow(it, GFP_NOFS);
}

/* It knows where it is. */
static void *careful(void)
{
	if (current->flags & PF_MEMALLOC)
		return kmalloc(64, GFP_KERNEL);
	return kmalloc(64, GFP_KERNEL | __GFP_NOFAIL);
}

void fixed_careful(struct item *it)
{
	unsigned int flags = memalloc_noreclaim_save();

	it->buf = careful();
	memalloc_noreclaim_restore(flags);
}

/* In another scope it may reclaim. */
void fixed_nofs(struct item *it)
{
	unsigned int flags = memalloc_nofs_save();

	it->buf = kmalloc(64, GFP_KERNEL | __GFP_NOFAIL);
	memalloc_nofs_restore(flags);
}
