// RUN: %analyze --check=gfp-mismatch %s | FileCheck %s --implicit-check-not=warning:
//
// A function that is given a mask, and allocates with another one that can wait. Whoever gives it one
// that cannot wait had a reason.

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/slab.h>

struct queue {
	void *ring;
	void *state;
	int has_state;
};

static int alloc_state(struct queue *q)
{
	q->state = kmalloc(64, GFP_KERNEL);
	return q->state ? 0 : -ENOMEM;
}

static int bad_setup(struct queue *q, gfp_t gfp)
{
	q->ring = kmalloc(4096, gfp);
	if (!q->ring)
		return -ENOMEM;
	return alloc_state(q);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: alloc_state() may wait for memory with GFP_KERNEL, whatever the mask that bad_setup() is given: restart() gives GFP_ATOMIC [gfp-mismatch, high confidence]
	// CHECK: from the function that is given a mask to the allocation:
	// CHECK: in bad_setup: calls alloc_state()
	// CHECK: in alloc_state: GFP_KERNEL is given here
	// CHECK: who gives it a mask that cannot wait:
	// CHECK: in restart: calls bad_setup() with GFP_ATOMIC
	// CHECK: fix: pass the mask on to alloc_state()
}

int restart(struct queue *q)
{
	return bad_setup(q, GFP_ATOMIC);
}

static int bad_reset(struct queue *q, gfp_t gfp)
{
	q->state = kmalloc(64, GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may wait for memory with GFP_NOFS, whatever the mask that bad_reset() is given: reset_all() gives GFP_NOWAIT [gfp-mismatch, high confidence]
	return 0;
}

int reset_all(struct queue *q)
{
	return bad_reset(q, GFP_NOWAIT);
}

/* The mask is used, changed in what does not matter. */
static int fixed_setup(struct queue *q, gfp_t gfp)
{
	q->state = kmalloc(64, gfp | __GFP_NOWARN);
	return 0;
}

int fixed_restart(struct queue *q)
{
	return fixed_setup(q, GFP_ATOMIC);
}

/* The mask decides whether there is such an allocation. */
static int fixed_guard(struct queue *q, gfp_t gfp)
{
	if (gfpflags_allow_blocking(gfp | __GFP_ZERO))
		return alloc_state(q);
	return -EAGAIN;
}

int fixed_guarded(struct queue *q)
{
	return fixed_guard(q, GFP_ATOMIC);
}

/* Or the caller decides. */
static int fixed_inner(struct queue *q, gfp_t gfp)
{
	q->ring = kmalloc(64, gfp);
	return alloc_state(q);
}

static int fixed_outer(struct queue *q, gfp_t gfp)
{
	if (!gfpflags_allow_blocking(gfp))
		return -EAGAIN;
	return fixed_inner(q, gfp);
}

int fixed_call(struct queue *q)
{
	return fixed_outer(q, GFP_NOWAIT);
}

/* With what it is given here it does not allocate. */
static int fixed_option(struct queue *q, int state, gfp_t gfp)
{
	q->ring = kmalloc(64, gfp);
	return state ? alloc_state(q) : 0;
}

int fixed_without(struct queue *q)
{
	return fixed_option(q, 0, GFP_ATOMIC);
}
