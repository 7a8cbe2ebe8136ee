// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// switch: cases, fall-through and default.

#include <linux/delay.h>
#include <linux/spinlock.h>

enum mode { OFF, SLOW, FAST, RESET };

static DEFINE_SPINLOCK(lock);
static int speed;

static void apply(enum mode mode)
{
	switch (mode) {
	case OFF:
		speed = 0;
		break;
	case RESET:
		msleep(10);
		fallthrough;
	case SLOW:
		speed = 1;
		break;
	default:
		speed = 2;
	}
}

void bad(void)
{
	spin_lock(&lock);
	apply(RESET);
	spin_unlock(&lock);
}
// CHECK: warning: msleep() may sleep in atomic context: bad() holds spinlock {{.*}}lock{{.*}}high confidence]

void fixed(void)
{
	spin_lock(&lock);
	apply(FAST);
	apply(SLOW);
	apply(OFF);
	spin_unlock(&lock);
	apply(RESET);
}

void fixed_own(enum mode mode)
{
	switch (mode) {
	case RESET:
		msleep(10);
		break;
	default:
		spin_lock(&lock);
		speed = mode;
		spin_unlock(&lock);
	}
}
