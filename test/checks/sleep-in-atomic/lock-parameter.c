// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Wrappers that are given the lock itself, and callees that release a lock they were given.

#include <linux/delay.h>
#include <linux/spinlock.h>

struct pair {
	spinlock_t first, second;
};

static void take(spinlock_t *lock)
{
	spin_lock(lock);
}

static void drop(spinlock_t *lock)
{
	spin_unlock(lock);
}

void bad(struct pair *p)
{
	take(&p->first);
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() may sleep in atomic context: bad() holds spinlock {{.*}}p->first{{.*}}high confidence]
	drop(&p->first);
}

void bad_other(struct pair *p)
{
	take(&p->first);
	take(&p->second);
	drop(&p->first);
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() may sleep in atomic context: bad_other() holds spinlock {{.*}}p->second{{.*}}high confidence]
	drop(&p->second);
}

void fixed(struct pair *p)
{
	take(&p->first);
	take(&p->second);
	drop(&p->first);
	drop(&p->second);
	msleep(1);
}
