// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct workqueue_struct {
	const char *name;
	unsigned int flags;
	struct task_struct *rescuer;
};

static DEFINE_RAW_SPINLOCK(pool_lock);
static LIST_HEAD(worklist);
static struct completion pool_idle;

struct workqueue_struct *system_wq;

bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&pool_lock, flags);
	list_add_tail(&work->entry, &worklist);
	raw_spin_unlock_irqrestore(&pool_lock, flags);
	return true;
}

void delayed_work_timer_fn(struct timer_list *t)
{
	struct delayed_work *dwork = from_timer(dwork, t, timer);

	queue_work_on(WORK_CPU_UNBOUND, dwork->wq, &dwork->work);
}

bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			   unsigned long delay)
{
	dwork->wq = wq;
	if (!delay)
		return queue_work_on(cpu, wq, &dwork->work);
	mod_timer(&dwork->timer, jiffies + delay);
	return true;
}

void __flush_workqueue(struct workqueue_struct *wq)
{
	might_sleep();
	wait_for_completion(&pool_idle);
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

	current->flags |= PF_WQ_WORKER;
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

/* Runs the work items of one queue when there is no memory for another worker. */
static int rescuer_thread(void *data)
{
	current->flags |= PF_WQ_WORKER;
	while (!kthread_should_stop())
		schedule();
	return 0;
}

struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active, ...)
{
	struct workqueue_struct *wq = kzalloc(sizeof(*wq), GFP_KERNEL);

	if (!wq)
		return NULL;
	wq->name = fmt;
	wq->flags = flags;
	if (flags & WQ_MEM_RECLAIM)
		wq->rescuer = kthread_run(rescuer_thread, wq, fmt);
	return wq;
}

void destroy_workqueue(struct workqueue_struct *wq)
{
	if (wq->rescuer)
		kthread_stop(wq->rescuer);
	kfree(wq);
}

static int workqueue_init(void)
{
	init_completion(&pool_idle);
	system_wq = alloc_workqueue("events", 0, 0);
	kthread_run(worker_thread, NULL, "kworker");
	return 0;
}
module_init(workqueue_init);
