// RUN: split-file %s %t
// RUN: %{fixtures}/compile-commands %t/build %t/a.c %t/b.c
// RUN: %not %gfpcheck analyze -p %t/build | FileCheck %s --implicit-check-not=warning:
//
// Two files with a static function of one name: each calls its own.
//
// CHECK: a.c:{{[0-9]+}}:{{[0-9]+}}: warning: msleep() may sleep in atomic context: bad() holds spinlock {{.*}}lock{{.*}}high confidence]
//--- a.c
#include <linux/delay.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);

static void settle(void)
{
	msleep(1);
}

void bad(void)
{
	spin_lock(&lock);
	settle();
	spin_unlock(&lock);
}

//--- b.c
#include <linux/delay.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);

static void settle(void)
{
	udelay(1);
}

void fixed(void)
{
	spin_lock(&lock);
	settle();
	spin_unlock(&lock);
}
