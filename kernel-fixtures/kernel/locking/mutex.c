// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/mutex.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/ww_mutex.h>

static bool mutex_trylock_fast(struct mutex *lock)
{
	void *free = NULL;

	return __atomic_compare_exchange_n(&lock->owner, &free, current, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static void mutex_lock_slowpath(struct mutex *lock)
{
	raw_spin_lock(&lock->wait_lock);
	while (!mutex_trylock_fast(lock)) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		raw_spin_unlock(&lock->wait_lock);
		schedule();
		raw_spin_lock(&lock->wait_lock);
	}
	raw_spin_unlock(&lock->wait_lock);
}

void mutex_init(struct mutex *lock)
{
	lock->owner = NULL;
	raw_spin_lock_init(&lock->wait_lock);
	INIT_LIST_HEAD(&lock->wait_list);
}

void mutex_lock(struct mutex *lock)
{
	might_sleep();
	if (!mutex_trylock_fast(lock))
		mutex_lock_slowpath(lock);
}

int mutex_lock_interruptible(struct mutex *lock)
{
	might_sleep();
	if (mutex_trylock_fast(lock))
		return 0;
	schedule();
	return mutex_trylock_fast(lock) ? 0 : -ERESTARTSYS;
}

int mutex_trylock(struct mutex *lock)
{
	return mutex_trylock_fast(lock);
}

int ww_mutex_lock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	might_sleep();
	while (!ww_mutex_trylock(lock, ctx)) {
		if (ctx && lock->ctx && lock->ctx->stamp < ctx->stamp)
			return -EDEADLK;
		schedule();
	}
	return 0;
}

int ww_mutex_trylock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	if (!mutex_trylock_fast(&lock->base))
		return 0;
	lock->ctx = ctx;
	return 1;
}

void ww_mutex_unlock(struct ww_mutex *lock)
{
	lock->ctx = NULL;
	mutex_unlock(&lock->base);
}

void mutex_unlock(struct mutex *lock)
{
	__atomic_store_n(&lock->owner, NULL, __ATOMIC_RELEASE);
}
