/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <asm/current.h>
#include <linux/kernel.h>

#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2
#define MAX_SCHEDULE_TIMEOUT 0x7fffffffl
#define HZ 250

struct task_struct {
	unsigned int __state;
	unsigned int flags;
	int pagefault_disabled;
};

#define set_current_state(state) WRITE_ONCE(current->__state, (state))

void schedule(void);
long schedule_timeout(long timeout);
int wake_up_process(struct task_struct *p);

int __cond_resched(void);
void __might_resched(const char *file, int line, unsigned int offsets);
#define cond_resched()                                                 \
	({                                                             \
		__might_resched(__FILE__, __LINE__, 0);                \
		__cond_resched();                                      \
	})

#endif
