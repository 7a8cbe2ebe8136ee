/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The last thing before the machine sleeps, and the first after that: on one CPU. */
#ifndef _LINUX_SYSCORE_OPS_H
#define _LINUX_SYSCORE_OPS_H

struct syscore_ops {
	int (*suspend)(void);
	void (*resume)(void);
	void (*shutdown)(void);
};

void register_syscore_ops(struct syscore_ops *ops);

#endif
