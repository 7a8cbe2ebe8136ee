// RUN: %analyze --check=nonblocking-notifier %s | FileCheck %s --implicit-check-not=warning:
//
// The OOM reaper tells mmu notifiers that the range is not blockable. A callback that takes a mutex
// all the same stops it. Asking first, trying the lock, or a spinlock is right.

#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct context {
	struct mmu_notifier mn;
	struct mutex lock, end_lock;
	spinlock_t pages_lock;
	void *slot;
};

static struct context *of(struct mmu_notifier *mn)
{
	return container_of(mn, struct context, mn);
}

static int bad_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	mutex_lock(&of(mn)->lock);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mutex_lock() may wait for context.lock in bad_invalidate(), an mmu notifier that must not block if the range is not blockable [nonblocking-notifier, high confidence]
	// CHECK: bad_invalidate -> wait for context.lock: where the range is not blockable:
	// CHECK: in bad_invalidate: mmu notifier begins
	// CHECK: in bad_invalidate: waits for mutex context.lock (mutex_lock)
	// CHECK: fix: return before it where mmu_notifier_range_blockable() says no, or only try
	mutex_unlock(&of(mn)->lock);
	return 0;
}

static void bad_invalidate_end(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	mutex_lock(&of(mn)->end_lock);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mutex_lock() may wait for context.end_lock in bad_invalidate_end()
	mutex_unlock(&of(mn)->end_lock);
}

const struct mmu_notifier_ops bad_ops = {
	.invalidate_range_start = bad_invalidate,
	.invalidate_range_end = bad_invalidate_end,
};

static int late_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	msleep(1);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: msleep() may sleep in late_invalidate(), an mmu notifier
	// CHECK: in late_invalidate: msleep() sleeps
	return mmu_notifier_range_blockable(range) ? 0 : -EAGAIN;
}

const struct mmu_notifier_ops late_ops = { .invalidate_range_start = late_invalidate };

static int inverted_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	if (mmu_notifier_range_blockable(range))
		return -EAGAIN;
	of(mn)->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in inverted_invalidate(), an mmu notifier
	return 0;
}

const struct mmu_notifier_ops inverted_ops = { .invalidate_range_start = inverted_invalidate };

static int fixed_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	if (!mmu_notifier_range_blockable(range))
		return -EAGAIN;
	mutex_lock(&of(mn)->lock);
	mutex_unlock(&of(mn)->lock);
	return 0;
}

const struct mmu_notifier_ops fixed_ops = { .invalidate_range_start = fixed_invalidate };

static int trying_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	if (mmu_notifier_range_blockable(range))
		mutex_lock(&of(mn)->lock);
	else if (!mutex_trylock(&of(mn)->lock))
		return -EAGAIN;
	mutex_unlock(&of(mn)->lock);
	return 0;
}

const struct mmu_notifier_ops trying_ops = { .invalidate_range_start = trying_invalidate };

// The reaper unmaps.
static int other_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	if (range->event == MMU_NOTIFY_UNMAP)
		return 0;
	mutex_lock(&of(mn)->lock);
	mutex_unlock(&of(mn)->lock);
	return 0;
}

const struct mmu_notifier_ops other_ops = { .invalidate_range_start = other_invalidate };

static int spinning_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	spin_lock(&of(mn)->pages_lock);
	kfree(of(mn)->slot);
	of(mn)->slot = kmalloc(64, GFP_NOWAIT);
	spin_unlock(&of(mn)->pages_lock);
	return 0;
}

const struct mmu_notifier_ops spinning_ops = { .invalidate_range_start = spinning_invalidate };
