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

/*
 * Bits of task_struct.flags. The numbers differ from Linux 6.12's on purpose, as
 * those of gfp_types.h do: there 0x800 is PF_MEMALLOC and 0x40000 PF_MEMALLOC_NOFS.
 */
#define PF_EXITING 0x00000001
#define PF_MEMALLOC_PIN 0x00000010
#define PF_MEMALLOC_NOIO 0x00000080
#define PF_KSWAPD 0x00000800
#define PF_MEMALLOC_NOFS 0x00002000
#define PF_MEMALLOC 0x00010000
#define PF_WQ_WORKER 0x00040000
#define PF_KTHREAD 0x00080000

struct task_struct {
	unsigned int __state;
	unsigned int flags;
	int pagefault_disabled;
	int non_block_count;
	void *journal_info;
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
