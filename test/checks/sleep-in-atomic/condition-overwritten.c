// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A flag in a variable remembers that the lock was taken; storing to the memory that the condition
// was read from changes neither the flag nor what has been locked.

#include <linux/kernel.h>
#include <linux/spinlock.h>

struct dev {
	spinlock_t lock;
	bool shared;
};

void bad(struct dev *d)
{
	bool shared = d->shared;

	if (shared)
		spin_lock(&d->lock);
	d->shared = false;
	might_sleep();
	// CHECK: [[#@LINE-1]]:2: warning: might_sleep() may sleep in atomic context: bad() holds spinlock {{.*}}d->lock{{.*}}confidence]
	if (shared)
		spin_unlock(&d->lock);
}

void fixed_flag(struct dev *d)
{
	bool locked = false;

	if (d->shared) {
		spin_lock(&d->lock);
		locked = true;
	}
	d->shared = false;
	if (locked)
		spin_unlock(&d->lock);
	might_sleep();
}
