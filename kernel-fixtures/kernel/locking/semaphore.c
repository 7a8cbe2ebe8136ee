// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/semaphore.h>
#include <linux/spinlock.h>

void down(struct semaphore *sem)
{
	unsigned long flags;

	might_sleep();
	raw_spin_lock_irqsave(&sem->lock, flags);
	while (!sem->count) {
		raw_spin_unlock_irqrestore(&sem->lock, flags);
		schedule();
		raw_spin_lock_irqsave(&sem->lock, flags);
	}
	sem->count--;
	raw_spin_unlock_irqrestore(&sem->lock, flags);
}

int down_interruptible(struct semaphore *sem)
{
	might_sleep();
	if (!down_trylock(sem))
		return 0;
	schedule();
	return down_trylock(sem) ? -EINTR : 0;
}

/* Returns 0 if it got the semaphore, unlike the other trylocks. */
int down_trylock(struct semaphore *sem)
{
	unsigned long flags;
	int failed;

	raw_spin_lock_irqsave(&sem->lock, flags);
	failed = !sem->count;
	if (!failed)
		sem->count--;
	raw_spin_unlock_irqrestore(&sem->lock, flags);
	return failed;
}

void up(struct semaphore *sem)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&sem->lock, flags);
	sem->count++;
	raw_spin_unlock_irqrestore(&sem->lock, flags);
}
