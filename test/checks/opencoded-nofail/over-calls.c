// RUN: %analyze --check=opencoded-nofail %s | FileCheck %s --implicit-check-not=warning:
//
// The allocation may be a function away: one that returns what it got, or -ENOMEM as a number or an
// error pointer.

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/slab.h>

struct node {
	int key;
};

static struct node *new_node(int key)
{
	struct node *n = kmalloc(sizeof(*n), GFP_NOFS);

	if (n)
		n->key = key;
	return n;
}

struct node *bad_get(int key)
{
	struct node *n;

repeat:
	n = new_node(key);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: new_node() is retried until it succeeds, without __GFP_NOFAIL: nobody who makes memory free knows that it must not fail [opencoded-nofail, medium confidence]
	// CHECK: fix: allocate with __GFP_NOFAIL in new_node() instead of the loop, or return the failure
	if (!n) {
		msleep(20);
		goto repeat;
	}
	return n;
}

static int insert(struct node **slot, int key)
{
	if (*slot)
		return -EBUSY;
	*slot = new_node(key);
	if (!*slot)
		return -ENOMEM;
	return 0;
}

int bad_insert(struct node **slot, int key)
{
	int err;

	do {
		err = insert(slot, key);
		// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: insert() is retried until it succeeds
		// CHECK: in bad_insert: insert() may return -ENOMEM
	} while (err == -ENOMEM);
	return err;
}

int fixed_insert(struct node **slot, int key)
{
	int err = insert(slot, key);

	return err == -ENOMEM ? -EAGAIN : err;
}

static struct node *lookup(struct node **slot, int key)
{
	struct node *n;

	if (key < 0)
		return ERR_PTR(-EINVAL);
	n = new_node(key);
	return n ? n : ERR_PTR(-ENOMEM);
}

struct node *bad_lookup(struct node **slot, int key)
{
	struct node *n;

	for (;;) {
		n = lookup(slot, key);
		// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: lookup() is retried until it succeeds
		if (!IS_ERR(n) || PTR_ERR(n) != -ENOMEM)
			return n;
		msleep(20);
	}
}

/* Another error is no reason to allocate. */
struct node *busy_lookup(struct node **slot, int key)
{
	struct node *n;

	do {
		n = lookup(slot, key);
	} while (IS_ERR(n) && PTR_ERR(n) == -EBUSY);
	return n;
}
