// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A call of an alias is a call of what it stands for.

#include <linux/delay.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);

void settle_slow(void)
{
	msleep(1);
}

void settle(void) __alias(settle_slow);

void settle_fast(void)
{
	udelay(1);
}

void settle_now(void) __alias(settle_fast);

void bad(void)
{
	spin_lock(&lock);
	settle();
	spin_unlock(&lock);
}
// CHECK: warning: msleep() may sleep in atomic context: bad() holds spinlock {{.*}}lock{{.*}}high confidence]

void fixed(void)
{
	spin_lock(&lock);
	settle_now();
	spin_unlock(&lock);
}
