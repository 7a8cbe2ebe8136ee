// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A trylock holds the lock only where it says so. Trying a mutex never sleeps.

#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);

void bad(void)
{
	if (spin_trylock(&lock)) {
		msleep(1);
		// CHECK: [[#@LINE-1]]:3: warning: msleep() may sleep in atomic context: bad() holds spinlock {{.*}}lock{{.*}}high confidence]
		spin_unlock(&lock);
	}
}

void bad_inverted(void)
{
	if (!spin_trylock_bh(&lock))
		return;
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() {{.*}}bad_inverted() holds {{.*}}high confidence]
	spin_unlock_bh(&lock);
}

void bad_irqsave(void)
{
	unsigned long flags;

	if (!spin_trylock_irqsave(&lock, flags))
		return;
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() {{.*}}bad_irqsave() holds {{.*}}high confidence]
	spin_unlock_irqrestore(&lock, flags);
}

void fixed(void)
{
	if (spin_trylock(&lock))
		spin_unlock(&lock);
	else
		msleep(1);
}

void fixed_irqsave(void)
{
	unsigned long flags;

	while (!spin_trylock_irqsave(&lock, flags))
		msleep(1);
	spin_unlock_irqrestore(&lock, flags);
}

void fixed_mutex(void)
{
	spin_lock(&lock);
	if (mutex_trylock(&mutex))
		mutex_unlock(&mutex);
	spin_unlock(&lock);
}
