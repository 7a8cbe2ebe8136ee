/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Read-locked often and on many CPUs, write-locked seldom. */
#ifndef _LINUX_PERCPU_RWSEM_H
#define _LINUX_PERCPU_RWSEM_H

#include <linux/kernel.h>
#include <linux/wait.h>

struct percpu_rw_semaphore {
	unsigned int *read_count;
	wait_queue_head_t waiters;
	atomic_t block;
};

bool __percpu_down_read(struct percpu_rw_semaphore *sem, bool try);
void percpu_down_write(struct percpu_rw_semaphore *sem);
void percpu_up_write(struct percpu_rw_semaphore *sem);

static inline void percpu_down_read(struct percpu_rw_semaphore *sem)
{
	might_sleep();
	__percpu_down_read(sem, false);
}

static inline bool percpu_down_read_trylock(struct percpu_rw_semaphore *sem)
{
	return __percpu_down_read(sem, true);
}

static inline void percpu_up_read(struct percpu_rw_semaphore *sem)
{
	__atomic_fetch_sub(sem->read_count, 1, __ATOMIC_RELEASE);
}

#endif
