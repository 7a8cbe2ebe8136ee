// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// preempt_disable() nests: the outermost preempt_enable() ends the context.

#include <linux/delay.h>
#include <linux/preempt.h>

void bad(void)
{
	preempt_disable();
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() may sleep in atomic context: bad() {{.*}}preemption disabled{{.*}}high confidence]
	preempt_enable();
}

void bad_nested(void)
{
	preempt_disable();
	preempt_disable();
	preempt_enable();
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() may sleep in atomic context: bad_nested() {{.*}}preemption disabled{{.*}}high confidence]
	preempt_enable();
}

void fixed(void)
{
	preempt_disable();
	udelay(1);
	preempt_enable();
	msleep(1);
}

void fixed_nested(void)
{
	preempt_disable();
	preempt_disable();
	preempt_enable();
	preempt_enable_no_resched();
	msleep(1);
}
