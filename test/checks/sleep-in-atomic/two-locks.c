// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Dropping one of two locks is not enough.

#include <linux/slab.h>
#include <linux/spinlock.h>

struct tree {
	spinlock_t lock;
	rwlock_t index;
	void *node;
};

void bad(struct tree *t)
{
	read_lock(&t->index);
	spin_lock(&t->lock);
	spin_unlock(&t->lock);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad() holds {{.*}}t->index{{.*}}high confidence]
	read_unlock(&t->index);
}

void fixed(struct tree *t)
{
	read_lock(&t->index);
	spin_lock(&t->lock);
	spin_unlock(&t->lock);
	read_unlock(&t->index);
	t->node = kmalloc(64, GFP_KERNEL);
}
