/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Without CONFIG_PREEMPT_RT a local lock is preemption disabled (or interrupts). */
#ifndef _LINUX_LOCAL_LOCK_H
#define _LINUX_LOCAL_LOCK_H

#include <linux/irqflags.h>
#include <linux/preempt.h>

typedef struct {
} local_lock_t;

static inline void local_lock_acquire(local_lock_t *lock)
{
	(void)lock;
}

static inline void local_lock_release(local_lock_t *lock)
{
	(void)lock;
}

#define local_lock(lock)                                               \
	do {                                                           \
		preempt_disable();                                     \
		local_lock_acquire(lock);                              \
	} while (0)

#define local_unlock(lock)                                             \
	do {                                                           \
		local_lock_release(lock);                              \
		preempt_enable();                                      \
	} while (0)

#define local_lock_irqsave(lock, flags)                                \
	do {                                                           \
		local_irq_save(flags);                                 \
		local_lock_acquire(lock);                              \
	} while (0)

#define local_unlock_irqrestore(lock, flags)                           \
	do {                                                           \
		local_lock_release(lock);                              \
		local_irq_restore(flags);                              \
	} while (0)

#endif
