// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Recursive functions, alone and in pairs.

#include <linux/slab.h>
#include <linux/spinlock.h>

struct node {
	struct node *left, *right;
	void *data;
};

static DEFINE_SPINLOCK(lock);

static void fill(struct node *n, gfp_t gfp)
{
	if (!n)
		return;
	n->data = kmalloc(16, gfp);
	fill(n->left, gfp);
	fill(n->right, gfp);
}

static void odd(int n);

static void even(int n)
{
	if (n)
		odd(n - 1);
}

static void odd(int n)
{
	kfree(kmalloc(16, GFP_KERNEL));
	if (n)
		even(n - 1);
}

void bad(struct node *root)
{
	spin_lock(&lock);
	fill(root, GFP_KERNEL);
	spin_unlock(&lock);
}
// CHECK-DAG: warning: kmalloc() may sleep in atomic context: bad() holds spinlock {{.*}}confidence]

void bad_pair(int n)
{
	spin_lock(&lock);
	even(n);
	spin_unlock(&lock);
}
// CHECK-DAG: warning: kmalloc() may sleep in atomic context: bad_pair() holds spinlock {{.*}}confidence]

void fixed(struct node *root)
{
	spin_lock(&lock);
	fill(root, GFP_ATOMIC);
	spin_unlock(&lock);
}
