/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_SUNRPC_SCHED_H
#define _LINUX_SUNRPC_SCHED_H

#include <linux/workqueue.h>

struct rpc_task {
	void (*tk_action)(struct rpc_task *task);
	int tk_status;
	union {
		struct work_struct tk_work;
	} u;
	void *tk_buffer;
};

extern struct workqueue_struct *rpciod_workqueue, *xprtiod_workqueue;

#endif
