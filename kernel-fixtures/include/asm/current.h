/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What a real kernel writes in assembly. The model says what these do. */
#ifndef _ASM_CURRENT_H
#define _ASM_CURRENT_H

struct task_struct;
struct task_struct *get_current(void);
#define current get_current()

#endif
