// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A store to the memory that a condition was read from does not undo what the condition did. (That
// the same condition, kept in a variable, still excludes the other path is a known limit: see the
// check's page.)

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
