// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// Reclaim takes pages from processes and tells mmu notifiers, which may block there: only the OOM
// reaper says otherwise, and trying the lock for its sake does not help reclaim.

#include <linux/kernel.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct bad_context {
	struct mmu_notifier mn;
	struct mutex lock;
	void *slot;
};

static int bad_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	struct bad_context *c = container_of(mn, struct bad_context, mn);

	if (mmu_notifier_range_blockable(range))
		mutex_lock(&c->lock);
	else if (!mutex_trylock(&c->lock))
		return -EAGAIN;
	kfree(c->slot);
	mutex_unlock(&c->lock);
	return 0;
}

const struct mmu_notifier_ops bad_ops = { .invalidate_range_start = bad_invalidate };

void bad(struct bad_context *c)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, GFP_NOIO);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOIO, which waits for bad_context.lock: bad() holds mutex &c->lock [reclaim-lock-inversion, high confidence]
	// CHECK: in __mmu_notifier_invalidate_range_start: calls bad_invalidate() through mmu_notifier_ops.invalidate_range_start
	// CHECK: in bad_invalidate: waits for mutex bad_context.lock (mutex_lock)
	mutex_unlock(&c->lock);
}

struct fixed_context {
	struct mmu_notifier mn;
	struct mutex lock;
	spinlock_t pages_lock;
	void *slot;
};

static int fixed_invalidate(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	struct fixed_context *c = container_of(mn, struct fixed_context, mn);

	spin_lock(&c->pages_lock);
	kfree(c->slot);
	spin_unlock(&c->pages_lock);
	return 0;
}

const struct mmu_notifier_ops fixed_ops = { .invalidate_range_start = fixed_invalidate };

void fixed(struct fixed_context *c)
{
	mutex_lock(&c->lock);
	c->slot = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&c->lock);
}
