// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RPC tasks: steps of one run on rpciod, so that many can be under way at once.
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/sunrpc/sched.h>

struct workqueue_struct *rpciod_workqueue, *xprtiod_workqueue;

static void rpc_execute(struct rpc_task *task)
{
	while (task->tk_action)
		task->tk_action(task);
}

static void rpc_async_schedule(struct work_struct *work)
{
	unsigned int pflags = memalloc_nofs_save();

	rpc_execute(container_of(work, struct rpc_task, u.tk_work));
	memalloc_nofs_restore(pflags);
}

void rpc_make_runnable(struct rpc_task *task)
{
	INIT_WORK(&task->u.tk_work, rpc_async_schedule);
	queue_work(rpciod_workqueue, &task->u.tk_work);
}

static int rpciod_start(void)
{
	rpciod_workqueue = alloc_workqueue("rpciod", WQ_MEM_RECLAIM | WQ_UNBOUND, 0);
	xprtiod_workqueue = alloc_workqueue("xprtiod", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	return rpciod_workqueue && xprtiod_workqueue ? 0 : -ENOMEM;
}
module_init(rpciod_start);
