// RUN: %analyze --check=nonblocking-notifier %s | FileCheck %s --implicit-check-not=warning:
//
// Whether the range is blockable is followed through helpers, through members of the driver's own
// records that it is copied to, and through functions that are handed down with them.

#include <linux/kernel.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>

struct device {
	struct mmu_interval_notifier mni;
	struct mutex lock;
};

struct zap;
typedef bool (*zap_fn)(struct device *dev, struct zap *zap);

struct zap {
	unsigned long start;
	zap_fn handler;
	bool may_block;
};

struct leaf {
	unsigned long start;
	bool may_block;
};

static void zap_leafs(struct device *dev, unsigned long start, bool can_yield)
{
	if (!can_yield)
		return;
	mutex_lock(&dev->lock);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mutex_lock() may wait for device.lock in bad_invalidate(), an interval notifier that must not block if the range is not blockable [nonblocking-notifier, high confidence]
	// CHECK: in bad_invalidate: interval notifier begins
	// CHECK: in bad_invalidate: calls handle()
	// CHECK: in handle: calls zap_range() through zap.handler
	// CHECK: in zap_range: calls zap_leafs()
	mutex_unlock(&dev->lock);
}

static bool zap_range(struct device *dev, struct zap *zap)
{
	struct leaf leaf = { .start = zap->start, .may_block = zap->may_block };

	zap_leafs(dev, leaf.start, leaf.may_block);
	return true;
}

static bool handle(struct device *dev, struct zap *zap)
{
	return zap->handler(dev, zap);
}

static bool bad_invalidate(struct mmu_interval_notifier *mni,
			   const struct mmu_notifier_range *range, unsigned long seq)
{
	struct zap zap = { .start = range->start, .handler = zap_range, .may_block = true };

	return handle(container_of(mni, struct device, mni), &zap);
}

static bool fixed_invalidate(struct mmu_interval_notifier *mni,
			     const struct mmu_notifier_range *range, unsigned long seq)
{
	struct zap zap = {
		.start = range->start,
		.handler = zap_range,
		.may_block = mmu_notifier_range_blockable(range),
	};

	return handle(container_of(mni, struct device, mni), &zap);
}

static bool lock_device(struct device *dev, const struct mmu_notifier_range *range)
{
	if (!mmu_notifier_range_blockable(range))
		return mutex_trylock(&dev->lock);
	mutex_lock(&dev->lock);
	return true;
}

static bool fixed_helper(struct mmu_interval_notifier *mni,
			 const struct mmu_notifier_range *range, unsigned long seq)
{
	struct device *dev = container_of(mni, struct device, mni);

	if (!lock_device(dev, range))
		return false;
	mutex_unlock(&dev->lock);
	return true;
}

const struct mmu_interval_notifier_ops bad_ops = { .invalidate = bad_invalidate };
const struct mmu_interval_notifier_ops fixed_ops = { .invalidate = fixed_invalidate };
const struct mmu_interval_notifier_ops helper_ops = { .invalidate = fixed_helper };
