// RUN: %analyze --check=nonblocking-notifier --min-confidence=low %s | FileCheck %s --implicit-check-not=warning:
//
// A callback may give up when it must not block, but not before it has looked whether the range
// concerns it: it is told of all that the process has. And not if it may block.

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>

struct window {
	struct mmu_notifier mn;
	struct mutex lock;
	unsigned long start, end;
	int dead;
};

static struct window *of(struct mmu_notifier *mn)
{
	return container_of(mn, struct window, mn);
}

static int bad_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	if (!mmu_notifier_range_blockable(range))
		return -EAGAIN;
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: bad_invalidate(), an mmu notifier, gives up whenever the range is not blockable, whether it concerns it or not: the OOM reaper then frees nothing of the process [nonblocking-notifier, low confidence]
	// CHECK: in bad_invalidate: returns an error, having asked only whether it may block
	// CHECK: fix: look first whether there is anything in the range
	mutex_lock(&of(mn)->lock);
	mutex_unlock(&of(mn)->lock);
	return 0;
}

const struct mmu_notifier_ops bad_ops = { .invalidate_range_start = bad_invalidate };

static int refusing_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	if (of(mn)->dead)
		return -EAGAIN;
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: refusing_invalidate(), an mmu notifier, returns an error although it may block [nonblocking-notifier, low confidence]
	return 0;
}

const struct mmu_notifier_ops refusing_ops = { .invalidate_range_start = refusing_invalidate };

static int fixed_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	if (range->end <= of(mn)->start || range->start >= of(mn)->end)
		return 0;
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
