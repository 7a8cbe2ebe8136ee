// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A mutex taken with a spinlock held: the first thing that docs/checks/sleep-in-atomic.md shows.

#include <linux/mutex.h>
#include <linux/spinlock.h>

struct dev {
	spinlock_t lock;
	struct mutex config;
	int mode;
};

void bad(struct dev *d, int mode)
{
	spin_lock(&d->lock);
	mutex_lock(&d->config);
	// CHECK: spinlock.c:[[#@LINE-1]]:2: warning: mutex_lock() may sleep in atomic context: bad() holds spinlock {{.*}}d->lock{{.*}} [sleep-in-atomic, high confidence]
	// CHECK: 1. {{.*}}spinlock.c:[[#@LINE-3]]: in bad: takes spinlock {{.*}}d->lock
	// CHECK: 2. {{.*}}spinlock.c:[[#@LINE-3]]: in bad: calls mutex_lock()
	// CHECK: 3. kernel/locking/mutex.c:{{[0-9]+}}: in mutex_lock: {{.*}}sleep
	// CHECK: fix:
	// CHECK: id:
	d->mode = mode;
	mutex_unlock(&d->config);
	spin_unlock(&d->lock);
}

void fixed(struct dev *d, int mode)
{
	mutex_lock(&d->config);
	spin_lock(&d->lock);
	d->mode = mode;
	spin_unlock(&d->lock);
	mutex_unlock(&d->config);
}
// CHECK: 1 finding
