// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/slab.h>

struct kthread_create_info {
	int (*threadfn)(void *data);
	void *data;
	struct task_struct *result;
	struct completion done;
};

/* Picked up by kthreadd, which starts the new task at kthread(). */
static struct kthread_create_info *to_create;

int kthread(void)
{
	struct kthread_create_info *create = to_create;

	create->result = current;
	complete(&create->done);
	schedule();
	return create->threadfn(create->data);
}

struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node,
					   const char *name)
{
	struct kthread_create_info *create = kmalloc(sizeof(*create), GFP_KERNEL);
	struct task_struct *task;

	if (!create)
		return ERR_PTR(-ENOMEM);
	create->threadfn = threadfn;
	create->data = data;
	init_completion(&create->done);
	to_create = create;
	wait_for_completion(&create->done);
	task = create->result;
	kfree(create);
	return task;
}

int kthread_stop(struct task_struct *k)
{
	struct completion exited;

	init_completion(&exited);
	wake_up_process(k);
	wait_for_completion(&exited);
	return 0;
}
