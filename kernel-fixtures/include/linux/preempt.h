/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

#include <asm/preempt.h>
#include <linux/cleanup.h>
#include <linux/types.h>

/* preempt_count(): nesting of preempt_disable(), of softirqs, of interrupts, NMI. */
#define PREEMPT_MASK 0x000000fful
#define SOFTIRQ_MASK 0x0000ff00ul
#define HARDIRQ_MASK 0x000f0000ul
#define NMI_MASK 0x00f00000ul
#define PREEMPT_OFFSET 0x1ul
#define SOFTIRQ_OFFSET 0x100ul
#define SOFTIRQ_DISABLE_OFFSET (2 * SOFTIRQ_OFFSET)
#define HARDIRQ_OFFSET 0x10000ul

#define hardirq_count() (preempt_count() & HARDIRQ_MASK)
#define softirq_count() (preempt_count() & SOFTIRQ_MASK)
#define irq_count() (preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK))

#define in_hardirq() (hardirq_count())
#define in_softirq() (softirq_count())
#define in_interrupt() (irq_count())
#define in_task() (!(preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)))
#define in_atomic() (preempt_count() != 0)

#define preempt_count_inc() __preempt_count_add(1)
#define preempt_count_dec() __preempt_count_sub(1)

#define preempt_disable()                                              \
	do {                                                           \
		preempt_count_inc();                                   \
		barrier();                                             \
	} while (0)

#define preempt_enable_no_resched()                                    \
	do {                                                           \
		barrier();                                             \
		preempt_count_dec();                                   \
	} while (0)

#define preempt_enable()                                               \
	do {                                                           \
		barrier();                                             \
		if (unlikely(__preempt_count_dec_and_test()))          \
			__preempt_schedule();                          \
	} while (0)

DEFINE_LOCK_GUARD_0(preempt, preempt_disable(), preempt_enable())

#endif
