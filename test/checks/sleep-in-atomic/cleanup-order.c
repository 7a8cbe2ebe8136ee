// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Cleanups run in reverse order of declaration: what is declared under a guard is freed under it.

#include <linux/slab.h>
#include <linux/spinlock.h>

void *take_buffer(void);

static DEFINE_SPINLOCK(lock);

void bad(void)
{
	guard(spinlock)(&lock);
	void *buffer __free(kvfree) = take_buffer();
	// CHECK: warning: {{.*}}kvfree{{.*}} may sleep in atomic context: bad() holds spinlock {{.*}}lock{{.*}}confidence]

	if (buffer)
		*(int *)buffer = 1;
}

void fixed(void)
{
	void *buffer __free(kvfree) = take_buffer();

	guard(spinlock)(&lock);
	if (buffer)
		*(int *)buffer = 1;
}
