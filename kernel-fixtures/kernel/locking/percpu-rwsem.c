// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/percpu-rwsem.h>

static bool percpu_try_read(struct percpu_rw_semaphore *sem)
{
	__atomic_fetch_add(sem->read_count, 1, __ATOMIC_ACQUIRE);
	if (!READ_ONCE(sem->block.counter))
		return true;
	__atomic_fetch_sub(sem->read_count, 1, __ATOMIC_RELEASE);
	return false;
}

bool __percpu_down_read(struct percpu_rw_semaphore *sem, bool try)
{
	if (percpu_try_read(sem))
		return true;
	if (try)
		return false;
	wait_event(sem->waiters, percpu_try_read(sem));
	return true;
}

void percpu_down_write(struct percpu_rw_semaphore *sem)
{
	might_sleep();
	wait_event(sem->waiters, !__atomic_fetch_or(&sem->block.counter, 1, __ATOMIC_ACQUIRE));
	wait_event(sem->waiters, !READ_ONCE(*sem->read_count));
}

void percpu_up_write(struct percpu_rw_semaphore *sem)
{
	__atomic_store_n(&sem->block.counter, 0, __ATOMIC_RELEASE);
	wake_up(&sem->waiters);
}
