// RUN: %analyze --check=nonblocking-notifier %s | FileCheck %s --implicit-check-not=warning:
//
// A lock whose holder waits for memory, which the OOM reaper is to free: both halves are shown.

#include <linux/kernel.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct context {
	struct mmu_notifier mn;
	struct mutex alloc_lock, quick_lock;
	void *slot;
};

static int alloc_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	struct context *c = container_of(mn, struct context, mn);

	mutex_lock(&c->alloc_lock);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mutex_lock() may wait for context.alloc_lock in alloc_invalidate(), an mmu notifier that must not block if the range is not blockable; its holder fill() waits for memory [nonblocking-notifier, high confidence]
	// CHECK: context.alloc_lock -> memory: the lock is held across an allocation:
	// CHECK: in fill: takes mutex &c->alloc_lock (mutex_lock)
	// CHECK: might_alloc() may enter direct reclaim
	mutex_unlock(&c->alloc_lock);
	return 0;
}

static int quick_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	struct context *c = container_of(mn, struct context, mn);

	mutex_lock(&c->quick_lock);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mutex_lock() may wait for context.quick_lock in quick_invalidate(), an mmu notifier that must not block if the range is not blockable [nonblocking-notifier
	mutex_unlock(&c->quick_lock);
	return 0;
}

const struct mmu_notifier_ops alloc_ops = { .invalidate_range_start = alloc_invalidate };
const struct mmu_notifier_ops quick_ops = { .invalidate_range_start = quick_invalidate };

void fill(struct context *c)
{
	mutex_lock(&c->alloc_lock);
	c->slot = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&c->alloc_lock);
}

void quick(struct context *c)
{
	mutex_lock(&c->quick_lock);
	c->slot = kmalloc(64, GFP_NOWAIT);
	mutex_unlock(&c->quick_lock);
}
