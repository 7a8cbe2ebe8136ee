// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/kernel.h>
#include <linux/rwsem.h>
#include <linux/sched.h>

static bool rwsem_try(struct rw_semaphore *sem, long from, long to)
{
	return __atomic_compare_exchange_n(&sem->count, &from, to, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

void down_read(struct rw_semaphore *sem)
{
	might_sleep();
	while (!down_read_trylock(sem))
		schedule();
}

int down_read_trylock(struct rw_semaphore *sem)
{
	long count = READ_ONCE(sem->count);

	return count >= 0 && rwsem_try(sem, count, count + 1);
}

void down_write(struct rw_semaphore *sem)
{
	might_sleep();
	while (!rwsem_try(sem, 0, -1))
		schedule();
}

int down_write_killable(struct rw_semaphore *sem)
{
	might_sleep();
	if (rwsem_try(sem, 0, -1))
		return 0;
	schedule();
	return rwsem_try(sem, 0, -1) ? 0 : -EINTR;
}

int down_write_trylock(struct rw_semaphore *sem)
{
	return rwsem_try(sem, 0, -1);
}

void downgrade_write(struct rw_semaphore *sem)
{
	__atomic_store_n(&sem->count, 1, __ATOMIC_RELEASE);
}

void up_read(struct rw_semaphore *sem)
{
	__atomic_fetch_sub(&sem->count, 1, __ATOMIC_RELEASE);
}

void up_write(struct rw_semaphore *sem)
{
	__atomic_store_n(&sem->count, 0, __ATOMIC_RELEASE);
}
