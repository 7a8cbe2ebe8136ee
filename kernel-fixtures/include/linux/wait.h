/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

typedef struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
} wait_queue_head_t;

struct wait_queue_entry;
typedef int (*wait_queue_func_t)(struct wait_queue_entry *entry, unsigned int mode, int flags,
				 void *key);

struct wait_queue_entry {
	struct task_struct *task;
	wait_queue_func_t func;
	struct list_head entry;
};

int default_wake_function(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key);
void add_wait_queue(wait_queue_head_t *wq_head, struct wait_queue_entry *entry);

void init_waitqueue_head(wait_queue_head_t *wq_head);
void prepare_to_wait(wait_queue_head_t *wq_head, struct wait_queue_entry *entry, int state);
void finish_wait(wait_queue_head_t *wq_head, struct wait_queue_entry *entry);
void __wake_up(wait_queue_head_t *wq_head);
#define wake_up(wq_head) __wake_up(wq_head)

#define __wait_event(wq_head, condition, state, cmd)                   \
	do {                                                           \
		struct wait_queue_entry __entry = {                    \
			.task = current, .func = default_wake_function \
		}; \
		for (;;) {                                             \
			prepare_to_wait(&(wq_head), &__entry, state);  \
			if (condition)                                 \
				break;                                 \
			cmd;                                           \
		}                                                      \
		finish_wait(&(wq_head), &__entry);                     \
	} while (0)

#define wait_event(wq_head, condition)                                 \
	do {                                                           \
		might_sleep();                                         \
		if (condition)                                         \
			break;                                         \
		__wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, schedule()); \
	} while (0)

/* Called with the lock held and interrupts off; drops it while it sleeps. */
#define wait_event_lock_irq(wq_head, condition, lock)                  \
	do {                                                           \
		if (condition)                                         \
			break;                                         \
		__wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, \
			     spin_unlock_irq(&(lock)); schedule();     \
			     spin_lock_irq(&(lock)));                  \
	} while (0)

#endif
