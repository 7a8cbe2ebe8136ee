/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_BIT_SPINLOCK_H
#define _LINUX_BIT_SPINLOCK_H

#include <linux/bitops.h>
#include <linux/preempt.h>

static inline void bit_spin_lock(int bitnum, unsigned long *addr) __acquires(bitlock)
{
	preempt_disable();
	while (unlikely(test_and_set_bit(bitnum, addr))) {
		preempt_enable();
		do {
			barrier();
		} while (test_bit(bitnum, addr));
		preempt_disable();
	}
	__acquire(bitlock);
}

static inline int bit_spin_trylock(int bitnum, unsigned long *addr)
{
	preempt_disable();
	if (unlikely(test_and_set_bit(bitnum, addr))) {
		preempt_enable();
		return 0;
	}
	__acquire(bitlock);
	return 1;
}

static inline void bit_spin_unlock(int bitnum, unsigned long *addr) __releases(bitlock)
{
	clear_bit(bitnum, addr);
	preempt_enable();
	__release(bitlock);
}

#endif
