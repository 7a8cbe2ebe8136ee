// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A can_sleep parameter is an agreement between caller and callee.

#include <linux/delay.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);

static void reset_chip(bool can_sleep)
{
	if (can_sleep)
		msleep(10);
	else
		udelay(10000);
}

static void reset_board(int level, bool can_sleep)
{
	if (level > 1)
		reset_chip(can_sleep);
}

void bad(void)
{
	spin_lock(&lock);
	reset_board(2, true);
	spin_unlock(&lock);
}
// CHECK: warning: msleep() may sleep in atomic context: bad() holds spinlock {{.*}}lock{{.*}}high confidence]
// CHECK: in bad: calls reset_board()
// CHECK: in reset_board: calls reset_chip()
// CHECK: in reset_chip: {{(calls )?}}msleep()

void fixed(void)
{
	spin_lock(&lock);
	reset_board(2, false);
	spin_unlock(&lock);
	reset_board(2, true);
}

void fixed_level(void)
{
	spin_lock(&lock);
	reset_board(1, true);
	spin_unlock(&lock);
}
