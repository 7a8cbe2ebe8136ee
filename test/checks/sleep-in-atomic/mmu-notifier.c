// RUN: %analyze --check=sleep-in-atomic %s | FileCheck %s --implicit-check-not=warning:
//
// An mmu notifier flushes secondary TLBs, tells a page's age and changes an entry with the caller's
// page-table lock held, and is freed with bottom halves disabled. None of these may sleep; what is
// given an mmu_notifier_range may if that is blockable, and what makes or ends a notifier always.

#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct mirror {
	struct mmu_notifier mn;
	struct mutex lock;
	spinlock_t tlb_lock;
	struct work_struct free_work;
	unsigned long flushed, *queue;
	int young;
};

static struct mirror *of(struct mmu_notifier *mn)
{
	return container_of(mn, struct mirror, mn);
}

static void bad_flush(struct mmu_notifier *mn, struct mm_struct *mm, unsigned long start,
		      unsigned long end)
{
	of(mn)->queue = kmalloc(sizeof(long), GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_flush() is a flush of secondary TLBs, which runs with a page-table lock held [sleep-in-atomic, high confidence]
	// CHECK: in bad_flush: runs with a page-table lock held: flush of secondary TLBs
}

static void bad_old_flush(struct mmu_notifier *mn, struct mm_struct *mm, unsigned long start,
			  unsigned long end)
{
	mutex_lock(&of(mn)->lock);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mutex_lock() may sleep in atomic context: bad_old_flush() is a flush of secondary TLBs
	of(mn)->flushed = start;
	mutex_unlock(&of(mn)->lock);
}

static int age(struct mirror *m)
{
	int young;

	mutex_lock(&m->lock);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mutex_lock() may sleep in atomic context: bad_clear_flush_young() is an mmu notifier of a page's age, which runs with a page-table lock held [sleep-in-atomic, high confidence]
	young = m->young;
	mutex_unlock(&m->lock);
	return young;
}

static int bad_clear_flush_young(struct mmu_notifier *mn, struct mm_struct *mm,
				 unsigned long start, unsigned long end)
{
	return age(of(mn));
}

static int bad_clear_young(struct mmu_notifier *mn, struct mm_struct *mm, unsigned long start,
			   unsigned long end)
{
	mutex_lock(&of(mn)->lock);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mutex_lock() may sleep in atomic context: bad_clear_young() is an mmu notifier of a page's age
	of(mn)->young = 0;
	mutex_unlock(&of(mn)->lock);
	return 0;
}

static int bad_test_young(struct mmu_notifier *mn, struct mm_struct *mm, unsigned long address)
{
	might_sleep();
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}} may sleep in atomic context: bad_test_young() is an mmu notifier of a page's age
	return of(mn)->young;
}

static void bad_change_pte(struct mmu_notifier *mn, struct mm_struct *mm, unsigned long address,
			   pte_t pte)
{
	mutex_lock(&of(mn)->lock);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mutex_lock() may sleep in atomic context: bad_change_pte() is an mmu notifier of a changed entry, which runs with a page-table lock held
	of(mn)->flushed = address;
	mutex_unlock(&of(mn)->lock);
}

static void bad_free(struct mmu_notifier *mn)
{
	cancel_work_sync(&of(mn)->free_work);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: cancel_work_sync() may sleep in atomic context: bad_free() is an mmu notifier's free callback, which runs with bottom halves disabled [sleep-in-atomic, high confidence]
	kfree(of(mn));
}

const struct mmu_notifier_ops bad_ops = {
	.clear_flush_young = bad_clear_flush_young,
	.clear_young = bad_clear_young,
	.test_young = bad_test_young,
	.arch_invalidate_secondary_tlbs = bad_flush,
	.free_notifier = bad_free,
};

const struct mmu_notifier_ops bad_old_ops = {
	.invalidate_range = bad_old_flush,
	.change_pte = bad_change_pte,
};

static void fixed_flush(struct mmu_notifier *mn, struct mm_struct *mm, unsigned long start,
			unsigned long end)
{
	spin_lock(&of(mn)->tlb_lock);
	of(mn)->flushed = start;
	of(mn)->queue = kmalloc(sizeof(long), GFP_ATOMIC);
	spin_unlock(&of(mn)->tlb_lock);
}

static int fixed_clear_flush_young(struct mmu_notifier *mn, struct mm_struct *mm,
				   unsigned long start, unsigned long end)
{
	int young;

	spin_lock(&of(mn)->tlb_lock);
	young = of(mn)->young;
	of(mn)->young = 0;
	spin_unlock(&of(mn)->tlb_lock);
	return young;
}

static void fixed_change_pte(struct mmu_notifier *mn, struct mm_struct *mm, unsigned long address,
			     pte_t pte)
{
	spin_lock(&of(mn)->tlb_lock);
	of(mn)->flushed = address;
	spin_unlock(&of(mn)->tlb_lock);
}

static void free_work(struct work_struct *work)
{
	struct mirror *m = container_of(work, struct mirror, free_work);

	mutex_lock(&m->lock);
	kfree(m->queue);
	mutex_unlock(&m->lock);
	kfree(m);
}

static void fixed_free(struct mmu_notifier *mn)
{
	schedule_work(&of(mn)->free_work);
}

// These are called with no lock that spins.
static struct mmu_notifier *alloc(struct mm_struct *mm)
{
	struct mirror *m = kzalloc(sizeof(*m), GFP_KERNEL);

	if (!m)
		return ERR_PTR(-ENOMEM);
	INIT_WORK(&m->free_work, free_work);
	return &m->mn;
}

static void release(struct mmu_notifier *mn, struct mm_struct *mm)
{
	mutex_lock(&of(mn)->lock);
	mutex_unlock(&of(mn)->lock);
}

static void invalidate_end(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	if (!mmu_notifier_range_blockable(range))
		return;
	mutex_lock(&of(mn)->lock);
	mutex_unlock(&of(mn)->lock);
}

const struct mmu_notifier_ops fixed_ops = {
	.release = release,
	.clear_flush_young = fixed_clear_flush_young,
	.clear_young = fixed_clear_flush_young,
	.invalidate_range_end = invalidate_end,
	.arch_invalidate_secondary_tlbs = fixed_flush,
	.alloc_notifier = alloc,
	.free_notifier = fixed_free,
};

const struct mmu_notifier_ops fixed_old_ops = {
	.invalidate_range = fixed_flush,
	.change_pte = fixed_change_pte,
};
