// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// The flags are the caller's: a callee with a gfp_t parameter sleeps or not, call by call.

#include <linux/slab.h>
#include <linux/spinlock.h>

struct item {
	int key;
};

static DEFINE_SPINLOCK(lock);
static struct item *items;

static struct item *item_alloc(gfp_t gfp)
{
	return kmalloc(sizeof(struct item), gfp);
}

static struct item *item_create(int key, gfp_t gfp)
{
	struct item *item = item_alloc(gfp | __GFP_ZERO);

	if (item)
		item->key = key;
	return item;
}

void bad(int key)
{
	spin_lock(&lock);
	items = item_create(key, GFP_KERNEL);
	spin_unlock(&lock);
}
// CHECK: warning: kmalloc() may sleep in atomic context: bad() holds spinlock {{.*}}lock{{.*}}high confidence]
// CHECK: in bad: calls item_create()
// CHECK: in item_create: calls item_alloc()
// CHECK: fix: {{.*}}GFP_ATOMIC

void fixed(int key)
{
	spin_lock(&lock);
	items = item_create(key, GFP_ATOMIC);
	spin_unlock(&lock);
}

void fixed_outside(int key)
{
	struct item *item = item_create(key, GFP_KERNEL);

	spin_lock(&lock);
	items = item;
	spin_unlock(&lock);
}
