// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/errno.h>
#include <linux/mmu_notifier.h>

static LIST_HEAD(subscriptions);

int mmu_notifier_register(struct mmu_notifier *subscription, struct mm_struct *mm)
{
	subscription->mm = mm;
	list_add_tail(&subscription->list, &subscriptions);
	return 0;
}

int __mmu_notifier_invalidate_range_start(struct mmu_notifier_range *range)
{
	struct mmu_notifier *subscription;
	int ret = 0;

	list_for_each_entry(subscription, &subscriptions, list)
		if (subscription->mm == range->mm && subscription->ops->invalidate_range_start &&
		    subscription->ops->invalidate_range_start(subscription, range))
			ret = -EAGAIN;
	return ret;
}

void __mmu_notifier_invalidate_range_end(struct mmu_notifier_range *range)
{
	struct mmu_notifier *subscription;

	list_for_each_entry(subscription, &subscriptions, list)
		if (subscription->mm == range->mm && subscription->ops->invalidate_range_end)
			subscription->ops->invalidate_range_end(subscription, range);
}
