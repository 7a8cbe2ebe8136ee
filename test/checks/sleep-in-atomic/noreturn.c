// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Code after a function that does not return is not reached, and what goes down with the machine may
// do what it likes.

#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);

static void __noreturn die_here(void)
{
	panic("no way on");
}

void bad(int broken)
{
	spin_lock(&lock);
	if (!broken)
		msleep(1);
		// CHECK: [[#@LINE-1]]:3: warning: msleep() may sleep in atomic context: bad() holds spinlock {{.*}}high confidence]
	spin_unlock(&lock);
}

void fixed(int broken)
{
	spin_lock(&lock);
	if (broken)
		die_here();
	else
		spin_unlock(&lock);
	msleep(1);
}

void fixed_bug(int broken)
{
	spin_lock(&lock);
	if (!broken) {
		spin_unlock(&lock);
		goto out;
	}
	BUG();
out:
	msleep(1);
}
