// RUN: %analyze --check=sleep-in-atomic %s | FileCheck %s --implicit-check-not=warning:
//
// Between non_block_start() and non_block_end(), which count, nothing may sleep.

#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/sched.h>

#define non_block_start() (current->non_block_count++)
#define non_block_end() ((void)(current->non_block_count--))

static struct mutex lock;

static void step(void)
{
	mutex_lock(&lock);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mutex_lock() may sleep in atomic context: bad() is in a non-blocking region (non_block_start()) [sleep-in-atomic, high confidence]
	// CHECK: in bad: begins a non-blocking region
	mutex_unlock(&lock);
}

void bad(void)
{
	non_block_start();
	step();
	non_block_end();
}

void fixed(void)
{
	non_block_start();
	if (mutex_trylock(&lock))
		mutex_unlock(&lock);
	non_block_end();
	msleep(1);
}

// Only where it began.
void fixed_some(bool may_block)
{
	if (!may_block)
		non_block_start();
	if (may_block)
		msleep(1);
	if (!may_block)
		non_block_end();
}
