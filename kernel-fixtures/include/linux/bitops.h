/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#include <linux/types.h>

static inline int test_and_set_bit(int nr, volatile unsigned long *addr)
{
	return (__atomic_fetch_or(addr, 1ul << nr, __ATOMIC_ACQUIRE) >> nr) & 1;
}

static inline void set_bit(int nr, volatile unsigned long *addr)
{
	__atomic_fetch_or(addr, 1ul << nr, __ATOMIC_RELAXED);
}

static inline void clear_bit(int nr, volatile unsigned long *addr)
{
	__atomic_fetch_and(addr, ~(1ul << nr), __ATOMIC_RELEASE);
}

static inline int test_bit(int nr, const volatile unsigned long *addr)
{
	return (*addr >> nr) & 1;
}

#endif
