// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Interrupts off is atomic. Unlike preemption it does not nest: one local_irq_enable() ends it.

#include <linux/delay.h>
#include <linux/irqflags.h>

void bad(void)
{
	local_irq_disable();
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() may sleep in atomic context: bad() {{.*}}interrupts disabled{{.*}}high confidence]
	local_irq_enable();
}

void bad_save(void)
{
	unsigned long flags;

	local_irq_save(flags);
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() may sleep in atomic context: bad_save() {{.*}}interrupts disabled{{.*}}high confidence]
	local_irq_restore(flags);
}

void fixed(void)
{
	local_irq_disable();
	local_irq_disable();
	local_irq_enable();
	msleep(1);
}

void fixed_save(void)
{
	unsigned long flags;

	local_irq_save(flags);
	local_irq_restore(flags);
	msleep(1);
}
