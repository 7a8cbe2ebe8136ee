/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_KTHREAD_H
#define _LINUX_KTHREAD_H

#include <linux/err.h>
#include <linux/sched.h>

struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node,
					   const char *name);
bool kthread_should_stop(void);
int kthread_stop(struct task_struct *k);

#define kthread_run(threadfn, data, name)                              \
	({                                                             \
		struct task_struct *__k = kthread_create_on_node(threadfn, data, -1, name); \
		if (!IS_ERR(__k))                                      \
			wake_up_process(__k);                          \
		__k;                                                   \
	})

#endif
