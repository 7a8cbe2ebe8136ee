// RUN: %analyze --check=sleep-in-atomic %s | FileCheck %s --implicit-check-not=warning:
//
// Raw spinlocks spin on every configuration, PREEMPT_RT included.

#include <linux/slab.h>
#include <linux/spinlock.h>

struct chip {
	raw_spinlock_t lock;
	void *shadow;
};

void bad(struct chip *c)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&c->lock, flags);
	c->shadow = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad() holds {{.*}}c->lock{{.*}}high confidence]
	// CHECK: fix: {{.*}}GFP_ATOMIC
	raw_spin_unlock_irqrestore(&c->lock, flags);
}

void fixed(struct chip *c)
{
	void *shadow = kmalloc(64, GFP_KERNEL);
	unsigned long flags;

	raw_spin_lock_irqsave(&c->lock, flags);
	c->shadow = shadow;
	raw_spin_unlock_irqrestore(&c->lock, flags);
}

void fixed_atomic(struct chip *c)
{
	raw_spin_lock(&c->lock);
	c->shadow = kmalloc(64, GFP_ATOMIC);
	raw_spin_unlock(&c->lock);
}
