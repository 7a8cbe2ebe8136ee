// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// Who waits for a completion or a wake-up waits for what is allocated before it is given, if all who
// give it allocate first. One that does not may be the one that ends the wait.

#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/wait.h>

struct bad_ring {
	struct completion drained;
	wait_queue_head_t idle;
	void *slot;
	int busy;
};

struct fixed_ring {
	struct completion drained, either, late;
	void *slot;
};

static struct bad_ring *bad;
static struct fixed_ring *fixed;

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long scan(struct shrinker *shrink, struct shrink_control *sc)
{
	wait_for_completion(&bad->drained);
	wait_event(bad->idle, !bad->busy);
	wait_for_completion(&fixed->drained);
	wait_for_completion(&fixed->either);
	wait_for_completion_timeout(&fixed->late, 10);
	return 1;
}

static struct shrinker shrinker = { .count_objects = count, .scan_objects = scan };

// The signal is given by a helper.
static void tell(struct bad_ring *r)
{
	complete(&r->drained);
}

void bad_drain(struct bad_ring *r)
{
	r->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for bad_ring.drained: bad_drain() has yet to complete it [reclaim-lock-inversion, medium confidence]
	// CHECK: bad_ring.drained -> reclaim: who ends the wait first makes an allocation:
	// CHECK: in bad_drain: has yet to complete it (tell)
	// CHECK: reclaim -> bad_ring.drained: whatever the flags, GFP_NOFS and GFP_NOIO included:
	// CHECK: in scan: waits for completion bad_ring.drained (wait_for_completion)
	// CHECK: fix: do not wait for it in reclaim, or allocate without __GFP_DIRECT_RECLAIM
	tell(r);
}

void bad_release(struct bad_ring *r)
{
	if (!r->slot)
		r->slot = kmalloc(64, GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS, which waits for bad_ring.idle: bad_release() has yet to wake up who waits
	r->busy = 0;
	wake_up(&r->idle);
}

// Afterwards.
void fixed_drain(struct fixed_ring *r)
{
	complete(&r->drained);
	r->slot = kmalloc(64, GFP_KERNEL);
}

// Not by all.
void fixed_one(struct fixed_ring *r)
{
	r->slot = kmalloc(64, GFP_KERNEL);
	complete(&r->either);
}

void fixed_other(struct fixed_ring *r)
{
	complete(&r->either);
}

// The wait ends by itself.
void fixed_late(struct fixed_ring *r)
{
	r->slot = kmalloc(64, GFP_KERNEL);
	complete(&r->late);
}

int init(void)
{
	return register_shrinker(&shrinker, "rings");
}
