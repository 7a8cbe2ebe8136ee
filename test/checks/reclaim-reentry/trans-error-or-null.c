// RUN: %analyze --check=reclaim-reentry %s %{fixtures}/fs/btrfs/transaction.c | FileCheck %s --implicit-check-not=warning:
//
// IS_ERR_OR_NULL() says of a transaction what IS_ERR() does.

#include <linux/slab.h>

#include "fs/btrfs/transaction.h"

struct tree {
	struct btrfs_root *root;
	void *node;
};

int bad(struct tree *t)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(t->root, 1);

	if (IS_ERR_OR_NULL(trans))
		return -1;
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}transaction{{.*}}[reclaim-reentry, high confidence]
	return btrfs_end_transaction(trans);
}

int fixed(struct tree *t)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(t->root, 1);

	if (!IS_ERR_OR_NULL(trans))
		btrfs_end_transaction(trans);
	t->node = kmalloc(64, GFP_KERNEL);
	return 0;
}
