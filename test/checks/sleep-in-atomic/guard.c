// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// guard() holds its lock to the end of the block, whichever way that is left. It is a variable with
// a cleanup attribute; no list of guard names is needed.

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct pool {
	spinlock_t lock;
	struct mutex mutex;
	void *spare;
};

int bad(struct pool *p)
{
	guard(spinlock)(&p->lock);
	if (p->spare)
		return 0;
	p->spare = kmalloc(512, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad() holds spinlock {{.*}}p->lock{{.*}}high confidence]
	return p->spare ? 0 : -1;
}

int bad_rcu(struct pool *p)
{
	guard(rcu)();
	mutex_lock(&p->mutex);
	// CHECK: [[#@LINE-1]]:2: warning: mutex_lock() may sleep in atomic context: bad_rcu() is in an RCU{{.*}}high confidence]
	mutex_unlock(&p->mutex);
	return 0;
}

int fixed(struct pool *p)
{
	{
		guard(spinlock)(&p->lock);
		if (p->spare)
			return 0;
	}
	p->spare = kmalloc(512, GFP_KERNEL);
	return p->spare ? 0 : -1;
}

int fixed_mutex(struct pool *p)
{
	guard(mutex)(&p->mutex);
	guard(mutex)(&p->mutex);
	p->spare = kmalloc(512, GFP_KERNEL);
	return p->spare ? 0 : -1;
}

static int fixed_helper(struct pool *p)
{
	guard(spinlock_irqsave)(&p->lock);
	return p->spare != NULL;
}

void fixed_after_helper(struct pool *p)
{
	if (!fixed_helper(p))
		p->spare = kmalloc(512, GFP_KERNEL);
}
