// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Code that asks where it is. With preemption or interrupts off the answer is known; under a spinlock
// in_atomic() is true with CONFIG_PREEMPT_COUNT, and in_interrupt() says nothing.

#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);
static void *p;

static void *get(void)
{
	return kmalloc(64, in_interrupt() ? GFP_ATOMIC : GFP_KERNEL);
}

static void *get_atomic_aware(void)
{
	return kmalloc(64, in_atomic() ? GFP_ATOMIC : GFP_KERNEL);
}

static void *get_irqs_aware(void)
{
	return kmalloc(64, irqs_disabled() ? GFP_ATOMIC : GFP_KERNEL);
}

void bad(void)
{
	spin_lock(&lock);
	p = get();
	spin_unlock(&lock);
}
// CHECK-DAG: warning: kmalloc() may sleep in atomic context: bad() holds spinlock {{.*}}confidence]

void bad_irqs_on(void)
{
	spin_lock(&lock);
	p = get_irqs_aware();
	spin_unlock(&lock);
}
// CHECK-DAG: warning: kmalloc() may sleep in atomic context: bad_irqs_on() holds spinlock {{.*}}confidence]

void fixed_bh(void)
{
	spin_lock_bh(&lock);
	p = get();
	spin_unlock_bh(&lock);
}

void fixed_spinlock(void)
{
	spin_lock(&lock);
	p = get_atomic_aware();
	spin_unlock(&lock);
}

void fixed_irqsave(void)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	p = get_irqs_aware();
	spin_unlock_irqrestore(&lock, flags);
}

void fixed_early(void)
{
	if (in_atomic() || irqs_disabled())
		return;
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
}

void fixed_early_caller(void)
{
	spin_lock(&lock);
	fixed_early();
	spin_unlock(&lock);
}
