/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_SEMAPHORE_H
#define _LINUX_SEMAPHORE_H

#include <linux/spinlock_types.h>

struct semaphore {
	raw_spinlock_t lock;
	unsigned int count;
	struct list_head wait_list;
};

void down(struct semaphore *sem);
int down_interruptible(struct semaphore *sem) __must_check;
int down_trylock(struct semaphore *sem);
void up(struct semaphore *sem);

#endif
