// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/workqueue.h>

static DEFINE_RAW_SPINLOCK(pool_lock);
static LIST_HEAD(worklist);
static struct completion pool_idle;

bool schedule_work(struct work_struct *work)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&pool_lock, flags);
	list_add_tail(&work->entry, &worklist);
	raw_spin_unlock_irqrestore(&pool_lock, flags);
	return true;
}

bool flush_work(struct work_struct *work)
{
	might_sleep();
	wait_for_completion(&pool_idle);
	return true;
}

bool cancel_work_sync(struct work_struct *work)
{
	return flush_work(work);
}

static int worker_thread(void *unused)
{
	struct work_struct *work;

	while (!kthread_should_stop()) {
		raw_spin_lock_irq(&pool_lock);
		while (!list_empty(&worklist)) {
			work = list_first_entry(&worklist, struct work_struct, entry);
			list_del(&work->entry);
			raw_spin_unlock_irq(&pool_lock);
			work->func(work);
			raw_spin_lock_irq(&pool_lock);
		}
		raw_spin_unlock_irq(&pool_lock);
		complete(&pool_idle);
		schedule();
	}
	return 0;
}

static int workqueue_init(void)
{
	init_completion(&pool_idle);
	kthread_run(worker_thread, NULL, "kworker");
	return 0;
}
module_init(workqueue_init);
