// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// The same condition twice: locked only if unlocked later, and nothing in between sleeps when it is
// locked.

#include <linux/delay.h>
#include <linux/spinlock.h>

struct dev {
	spinlock_t lock;
	bool shared;
};

void bad(struct dev *d, bool locked)
{
	if (locked)
		spin_lock(&d->lock);
	if (locked)
		msleep(1);
		// CHECK: [[#@LINE-1]]:3: warning: msleep() may sleep in atomic context: bad() holds spinlock {{.*}}d->lock{{.*}}confidence]
	if (locked)
		spin_unlock(&d->lock);
}

void fixed(struct dev *d, bool locked)
{
	if (locked)
		spin_lock(&d->lock);
	if (!locked)
		msleep(1);
	if (locked)
		spin_unlock(&d->lock);
	msleep(1);
}

void fixed_pointer(struct dev *d, spinlock_t *lock)
{
	if (lock)
		spin_lock(lock);
	d->shared = lock != NULL;
	if (lock)
		spin_unlock(lock);
	msleep(1);
}

void fixed_flag(struct dev *d)
{
	bool locked = false;

	if (d->shared) {
		spin_lock(&d->lock);
		locked = true;
	}
	if (locked)
		spin_unlock(&d->lock);
	msleep(1);
}
