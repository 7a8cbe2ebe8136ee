/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/container_of.h>
#include <linux/types.h>

struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	unsigned long data;
	struct list_head entry;
	work_func_t func;
};

#define DECLARE_WORK(n, f) struct work_struct n = { .func = (f) }
#define INIT_WORK(_work, _func)                                        \
	do {                                                           \
		(_work)->data = 0;                                     \
		(_work)->func = (_func);                               \
	} while (0)

bool schedule_work(struct work_struct *work);
bool flush_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);

#endif
