/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_OOM_H
#define _LINUX_OOM_H

#include <linux/gfp_types.h>
#include <linux/notifier.h>

/* The allocation that found no memory. */
struct oom_control {
	const gfp_t gfp_mask;
	const int order;
};

extern struct mutex oom_lock;

bool out_of_memory(struct oom_control *oc);

/* Asked for memory before a task is killed; data points to the number of pages freed. */
int register_oom_notifier(struct notifier_block *nb);
int unregister_oom_notifier(struct notifier_block *nb);

#endif
