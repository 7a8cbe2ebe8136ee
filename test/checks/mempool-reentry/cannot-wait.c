// RUN: %analyze --check=mempool-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A pool gives an element in the end, but only to who can wait for it. With another mask NULL must
// be handled: where it is dereferenced, here or in a callee, something was forgotten.

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mempool.h>

struct cmd {
	int tag;
	struct bio *bio;
};

struct disk {
	mempool_t cmds;
	struct cmd *last;
	struct block_device *bdev;
};

int bad(struct disk *d)
{
	struct cmd *c = mempool_alloc(&d->cmds, GFP_ATOMIC);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mempool_alloc() with GFP_ATOMIC may return NULL, and bad() dereferences it [mempool-reentry, high confidence]
	// CHECK: in bad: mempool_alloc() never fails, but only with a mask that can wait
	// CHECK: in bad: dereferences it, without a test on this path
	// CHECK: fix: pass a mask that can wait (GFP_NOIO), or handle NULL in bad()

	c->tag = 1;
	return 0;
}

int fixed_test(struct disk *d)
{
	struct cmd *c = mempool_alloc(&d->cmds, GFP_ATOMIC);

	if (!c)
		return -ENOMEM;
	c->tag = 1;
	return 0;
}

int fixed_mask(struct disk *d)
{
	struct cmd *c = mempool_alloc(&d->cmds, GFP_NOIO);

	c->tag = 1;
	return 0;
}

/* The error is tested instead of the pointer. */
int fixed_error(struct disk *d)
{
	struct cmd *c = mempool_alloc(&d->cmds, GFP_NOWAIT);
	int err = c ? 0 : -ENOMEM;

	if (err)
		return err;
	c->tag = 1;
	return 0;
}

/* What could not be had at once is waited for. */
int fixed_retry(struct disk *d)
{
	struct cmd *c = mempool_alloc(&d->cmds, GFP_NOWAIT);

	if (!c)
		c = mempool_alloc(&d->cmds, GFP_NOIO);
	c->tag = 1;
	return 0;
}

/* Kept in a member, and read back from there. */
int bad_member(struct disk *d)
{
	d->last = mempool_alloc(&d->cmds, GFP_NOWAIT);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mempool_alloc() with GFP_NOWAIT may return NULL, and bad_member() dereferences it [mempool-reentry, high confidence]
	d->last->tag = 1;
	return 0;
}

int fixed_member(struct disk *d)
{
	d->last = mempool_alloc(&d->cmds, GFP_NOWAIT);
	if (!d->last)
		return -ENOMEM;
	d->last->tag = 1;
	return 0;
}

static void start(struct cmd *c, int tag)
{
	c->tag = tag;
}

int bad_callee(struct disk *d)
{
	struct cmd *c = mempool_alloc(&d->cmds, GFP_ATOMIC);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mempool_alloc() with GFP_ATOMIC may return NULL, and bad_callee() passes it to start(), which dereferences it [mempool-reentry, medium confidence]

	start(c, 2);
	return 0;
}

static void start_if(struct cmd *c, int tag)
{
	if (c)
		c->tag = tag;
}

int fixed_callee(struct disk *d)
{
	struct cmd *c = mempool_alloc(&d->cmds, GFP_ATOMIC);

	start_if(c, 2);
	return 0;
}

/* One of two masks. */
int bad_either(struct disk *d, int atomic)
{
	struct cmd *c = mempool_alloc(&d->cmds, atomic ? GFP_ATOMIC : GFP_NOIO);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mempool_alloc() with GFP_ATOMIC may return NULL, and bad_either() dereferences it [mempool-reentry, medium confidence]

	c->tag = 1;
	return 0;
}

/* A wrapper that says what it got; its caller does not listen. */
static struct cmd *get_cmd(struct disk *d)
{
	struct cmd *c = mempool_alloc(&d->cmds, GFP_ATOMIC);

	if (!c)
		return NULL;
	c->tag = 0;
	return c;
}

void bad_wrapper(struct disk *d)
{
	get_cmd(d)->tag = 1;
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: get_cmd(), whose mask cannot wait, may return NULL, and bad_wrapper() dereferences it [mempool-reentry, high confidence]
	// CHECK: in bad_wrapper: calls get_cmd()
}

void fixed_wrapper(struct disk *d)
{
	struct cmd *c = get_cmd(d);

	if (c)
		c->tag = 1;
}
