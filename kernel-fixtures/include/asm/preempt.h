/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What a real kernel writes in assembly. The model says what these do. */
#ifndef _ASM_PREEMPT_H
#define _ASM_PREEMPT_H

int preempt_count(void);
void __preempt_count_add(int val);
void __preempt_count_sub(int val);
int __preempt_count_dec_and_test(void);
void __preempt_schedule(void);

#endif
