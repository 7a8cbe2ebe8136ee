// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// scoped_guard() holds its lock for one statement; a conditional one may hold nothing.

#include <linux/delay.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static int value;

void bad(void)
{
	scoped_guard(spinlock, &lock) {
		value++;
		msleep(1);
		// CHECK: [[#@LINE-1]]:3: warning: msleep() may sleep in atomic context: bad() holds spinlock {{.*}}lock{{.*}}high confidence]
	}
}

void bad_try(void)
{
	scoped_guard(spinlock_try, &lock)
		msleep(1);
		// CHECK: [[#@LINE-1]]:3: warning: msleep() {{.*}}bad_try() holds {{.*}}confidence]
}

void fixed(void)
{
	scoped_guard(spinlock, &lock)
		value++;
	msleep(1);
}

int fixed_return(void)
{
	scoped_guard(spinlock_irq, &lock) {
		if (value)
			return value;
		value++;
	}
	msleep(1);
	return 0;
}

void fixed_try(void)
{
	scoped_guard(spinlock_try, &lock)
		value++;
	msleep(1);
}
