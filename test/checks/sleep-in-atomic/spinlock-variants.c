// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Every way to take a spinlock makes the context atomic, and every matching unlock ends it.

#include <linux/delay.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);

void bad_bh(void)
{
	spin_lock_bh(&lock);
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() may sleep in atomic context: bad_bh() holds spinlock {{.*}}high confidence]
	spin_unlock_bh(&lock);
}

void bad_irq(void)
{
	spin_lock_irq(&lock);
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() {{.*}}bad_irq() holds {{.*}}high confidence]
	spin_unlock_irq(&lock);
}

void bad_irqsave(void)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() {{.*}}bad_irqsave() holds {{.*}}high confidence]
	spin_unlock_irqrestore(&lock, flags);
}

void bad_nested(void)
{
	spin_lock_nested(&lock, 1);
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() {{.*}}bad_nested() holds {{.*}}high confidence]
	spin_unlock(&lock);
}

void fixed_bh(void)
{
	spin_lock_bh(&lock);
	spin_unlock_bh(&lock);
	msleep(1);
}

void fixed_irq(void)
{
	spin_lock_irq(&lock);
	spin_unlock_irq(&lock);
	msleep(1);
}

void fixed_irqsave(void)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	spin_unlock_irqrestore(&lock, flags);
	msleep(1);
}

void fixed_nested(void)
{
	spin_lock_nested(&lock, 1);
	spin_unlock(&lock);
	msleep(1);
}
