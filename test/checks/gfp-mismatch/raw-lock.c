// RUN: %analyze --check=gfp-mismatch %s | FileCheck %s --implicit-check-not=warning:
//
// With PREEMPT_RT a spinlock_t sleeps, and so do the allocator's own; a raw_spinlock_t does not. So
// nothing may be allocated under one, whatever the mask.

#include <linux/slab.h>
#include <linux/spinlock.h>

struct table {
	raw_spinlock_t raw;
	spinlock_t lock;
	rwlock_t rwlock;
	void *slot;
	int full;
};

void bad_fill(struct table *t)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&t->raw, flags);
	if (!t->full)
		t->slot = kmalloc(64, GFP_ATOMIC);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() allocates with GFP_ATOMIC while raw spinlock table.raw is held: with PREEMPT_RT the allocator's own locks sleep [gfp-mismatch, medium confidence]
	// CHECK: in bad_fill: takes raw spinlock table.raw
	// CHECK: fix: allocate before bad_fill() takes the lock, or make it a spinlock_t
	raw_spin_unlock_irqrestore(&t->raw, flags);
}

void fixed_fill(struct table *t)
{
	void *slot = kmalloc(64, GFP_ATOMIC);

	raw_spin_lock(&t->raw);
	t->slot = slot;
	raw_spin_unlock(&t->raw);
	t->slot = kmalloc(64, GFP_ATOMIC);
}

void spinning(struct table *t)
{
	spin_lock(&t->lock);
	t->slot = kmalloc(64, GFP_ATOMIC);
	spin_unlock(&t->lock);
	write_lock(&t->rwlock);
	t->slot = kmalloc(64, GFP_ATOMIC);
	write_unlock(&t->rwlock);
}

void dropped(struct table *t)
{
	raw_spin_lock(&t->raw);
	while (t->full) {
		raw_spin_unlock(&t->raw);
		t->slot = kmalloc(64, GFP_ATOMIC);
		raw_spin_lock(&t->raw);
	}
	raw_spin_unlock(&t->raw);
}
