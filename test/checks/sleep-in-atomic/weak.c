// RUN: split-file %s %t
// RUN: %{fixtures}/compile-commands %t/build %t/generic.c %t/arch.c
// RUN: %not %gfpcheck analyze -p %t/build | FileCheck %s --implicit-check-not=warning:
//
// A weak function counts only where nothing stronger is linked.
//
// CHECK: generic.c:{{[0-9]+}}:{{[0-9]+}}: warning: msleep() may sleep in atomic context: bad() holds spinlock {{.*}}lock{{.*}}high confidence]
//--- generic.c
#include <linux/delay.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);

void __weak arch_settle(void)
{
	msleep(1);
}

void __weak arch_wait(void)
{
	msleep(2);
}

void bad(void)
{
	spin_lock(&lock);
	arch_wait();
	spin_unlock(&lock);
}

void fixed(void)
{
	spin_lock(&lock);
	arch_settle();
	spin_unlock(&lock);
}

//--- arch.c
#include <linux/delay.h>

void arch_settle(void)
{
	udelay(1);
}
