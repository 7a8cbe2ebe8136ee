/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/container_of.h>
#include <linux/timer.h>
#include <linux/types.h>

struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	unsigned long data;
	struct list_head entry;
	work_func_t func;
};

struct delayed_work {
	struct work_struct work;
	struct timer_list timer;
	struct workqueue_struct *wq;
};

/* The numbers differ from Linux 6.12's on purpose. */
enum wq_flags {
	WQ_FREEZABLE = 1 << 0,
	WQ_HIGHPRI = 1 << 2,
	WQ_UNBOUND = 1 << 5,
	WQ_MEM_RECLAIM = 1 << 7, /* has a rescuer: reclaim may wait for its work items */
};

#define WORK_CPU_UNBOUND 64

#define DECLARE_WORK(n, f) struct work_struct n = { .func = (f) }
#define INIT_WORK(_work, _func)                                        \
	do {                                                           \
		(_work)->data = 0;                                     \
		(_work)->func = (_func);                               \
	} while (0)

#define INIT_DELAYED_WORK(_work, _func)                                \
	do {                                                           \
		INIT_WORK(&(_work)->work, (_func));                    \
		(_work)->timer.function = delayed_work_timer_fn;       \
	} while (0)

extern struct workqueue_struct *system_wq;

struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags, int max_active, ...);
void destroy_workqueue(struct workqueue_struct *wq);
bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work);
bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *work,
			   unsigned long delay);
void delayed_work_timer_fn(struct timer_list *t);
void __flush_workqueue(struct workqueue_struct *wq);
#define flush_workqueue(wq) __flush_workqueue(wq)

static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return queue_work_on(WORK_CPU_UNBOUND, wq, work);
}

static inline bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
				      unsigned long delay)
{
	return queue_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay);
}

static inline bool schedule_work(struct work_struct *work)
{
	return queue_work(system_wq, work);
}

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

bool flush_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);

#endif
