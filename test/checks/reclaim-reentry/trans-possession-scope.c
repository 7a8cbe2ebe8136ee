// RUN: %analyze --check=reclaim-reentry %s %{fixtures}/fs/btrfs/transaction.c | FileCheck %s --implicit-check-not=warning:
//
// Handed a transaction by callers that all opened a scope.

#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "fs/btrfs/transaction.h"

struct tree {
	struct btrfs_root *root;
	void *node;
};

static int fixed_insert(struct btrfs_trans_handle *trans, struct tree *t)
{
	t->node = kmalloc(64, GFP_KERNEL);
	return t->node ? 0 : -ENOMEM;
}

int fixed(struct tree *t)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(t->root, 1);
	unsigned int nofs;
	int err;

	if (IS_ERR(trans))
		return PTR_ERR(trans);
	nofs = memalloc_nofs_save();
	err = fixed_insert(trans, t);
	memalloc_nofs_restore(nofs);
	return btrfs_end_transaction(trans) ?: err;
}

static int bad_insert(struct btrfs_trans_handle *trans, struct tree *t)
{
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: {{bad_insert\(\) is handed|bad\(\) has}} {{.*}}transaction{{.*}}[reclaim-reentry, {{high|medium}} confidence]
	return t->node ? 0 : -ENOMEM;
}

int bad(struct tree *t)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(t->root, 1);
	int err;

	if (IS_ERR(trans))
		return PTR_ERR(trans);
	err = bad_insert(trans, t);
	return btrfs_end_transaction(trans) ?: err;
}
