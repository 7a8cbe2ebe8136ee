// RUN: %analyze --check=reclaim-reentry %s %{fixtures}/fs/btrfs/transaction.c | FileCheck %s --implicit-check-not=warning:
//
// Whoever got an error instead of a transaction is in none.

#include <linux/slab.h>

#include "fs/btrfs/transaction.h"

struct tree {
	struct btrfs_root *root;
	void *node;
};

/* A transaction, or an error. */
static struct btrfs_trans_handle *begin(struct tree *t)
{
	if (!t->root)
		return ERR_PTR(-EINVAL);
	return btrfs_start_transaction(t->root, 2);
}

int bad(struct tree *t)
{
	struct btrfs_trans_handle *trans = begin(t);

	if (!IS_ERR(trans)) {
		t->node = kmalloc(64, GFP_KERNEL);
		// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}transaction{{.*}}[reclaim-reentry, high confidence]
		btrfs_end_transaction(trans);
	}
	return 0;
}

int fixed(struct tree *t)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(t->root, 1);

	if (IS_ERR(trans)) {
		t->node = kmalloc(64, GFP_KERNEL);
		return PTR_ERR(trans);
	}
	return btrfs_end_transaction(trans);
}

int fixed_wrapper(struct tree *t)
{
	struct btrfs_trans_handle *trans = begin(t);

	if (IS_ERR(trans)) {
		t->node = kmalloc(64, GFP_KERNEL);
		return PTR_ERR(trans);
	}
	return btrfs_end_transaction(trans);
}
