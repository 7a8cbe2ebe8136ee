// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A bit spinlock is an inline loop over preempt_disable(): nothing lists it by name.

#include <linux/bit_spinlock.h>
#include <linux/slab.h>

struct bucket {
	unsigned long head;
	void *chain;
};

void bad(struct bucket *b)
{
	bit_spin_lock(0, &b->head);
	b->chain = kmalloc(32, GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad() {{.*}}preemption{{.*}}confidence]
	bit_spin_unlock(0, &b->head);
}

void bad_trylock(struct bucket *b)
{
	if (!bit_spin_trylock(0, &b->head))
		return;
	b->chain = kmalloc(32, GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_trylock() {{.*}}preemption{{.*}}confidence]
	bit_spin_unlock(0, &b->head);
}

void fixed(struct bucket *b)
{
	void *chain = kmalloc(32, GFP_NOFS);

	bit_spin_lock(0, &b->head);
	b->chain = chain;
	bit_spin_unlock(0, &b->head);
}

void fixed_trylock(struct bucket *b)
{
	if (!bit_spin_trylock(0, &b->head)) {
		b->chain = kmalloc(32, GFP_NOFS);
		return;
	}
	bit_spin_unlock(0, &b->head);
}
