/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _ASM_PROCESSOR_H
#define _ASM_PROCESSOR_H

/* In a loop that waits for another CPU: makes way for the thread that shares this one. */
static inline void cpu_relax(void)
{
	__asm__ volatile("" ::: "memory");
}

#endif
