// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Out of memory, in the stack of the allocation that found none.
#include <linux/mutex.h>
#include <linux/oom.h>

DEFINE_MUTEX(oom_lock);

static struct blocking_notifier_head oom_notify_list;

int register_oom_notifier(struct notifier_block *nb)
{
	return blocking_notifier_chain_register(&oom_notify_list, nb);
}

int unregister_oom_notifier(struct notifier_block *nb)
{
	return blocking_notifier_chain_unregister(&oom_notify_list, nb);
}

/* Notifiers are called whatever the flags; nobody is killed for an allocation that was not
 * allowed to reclaim from filesystems. */
bool out_of_memory(struct oom_control *oc)
{
	unsigned long freed = 0;

	blocking_notifier_call_chain(&oom_notify_list, 0, &freed);
	if (freed > 0)
		return true;
	return !(oc->gfp_mask & __GFP_FS);
}
