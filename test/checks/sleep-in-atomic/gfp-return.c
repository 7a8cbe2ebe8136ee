// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Flags that a helper returns.

#include <linux/slab.h>
#include <linux/spinlock.h>

struct mount {
	spinlock_t lock;
	bool readonly;
	void *p;
};

static inline gfp_t blocking_flags(void)
{
	return GFP_NOFS;
}

static inline gfp_t atomic_flags(void)
{
	return GFP_ATOMIC;
}

static gfp_t restrict_flags(gfp_t gfp)
{
	return gfp & ~__GFP_RECLAIM;
}

void bad(struct mount *m)
{
	spin_lock(&m->lock);
	m->p = kmalloc(64, blocking_flags());
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad() holds spinlock {{.*}}m->lock{{.*}}high confidence]
	spin_unlock(&m->lock);
}

void fixed(struct mount *m)
{
	spin_lock(&m->lock);
	m->p = kmalloc(64, atomic_flags());
	spin_unlock(&m->lock);
}

void fixed_restricted(struct mount *m)
{
	spin_lock(&m->lock);
	m->p = kmalloc(64, restrict_flags(GFP_KERNEL));
	spin_unlock(&m->lock);
}
