// RUN: %analyze --check=reclaim-reentry %s %{fixtures}/fs/btrfs/transaction.c | FileCheck %s --implicit-check-not=warning:
//
// A btrfs transaction has no scope of its own.

#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "fs/btrfs/transaction.h"

struct tree {
	struct btrfs_root *root;
	void *node;
};

int bad(struct tree *t)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(t->root, 1);

	if (IS_ERR(trans))
		return PTR_ERR(trans);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}transaction{{.*}}[reclaim-reentry, high confidence]
	// CHECK: [[#@LINE-6]]: in bad: {{.*}}transaction
	// CHECK: [[#@LINE-3]]: in bad: {{.*}}kmalloc
	// CHECK: fix: {{.*}}GFP_NOFS{{.*}}memalloc_nofs_save()
	return btrfs_end_transaction(trans);
}

int bad_join(struct tree *t)
{
	struct btrfs_trans_handle *trans = btrfs_join_transaction(t->root);

	if (IS_ERR(trans))
		return PTR_ERR(trans);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_join() {{.*}}transaction{{.*}}[reclaim-reentry, high confidence]
	return btrfs_commit_transaction(trans);
}

int fixed(struct tree *t)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(t->root, 1);

	if (IS_ERR(trans))
		return PTR_ERR(trans);
	t->node = kmalloc(64, GFP_NOFS);
	return btrfs_end_transaction(trans);
}

int fixed_scope(struct tree *t)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(t->root, 1);
	unsigned int nofs;

	if (IS_ERR(trans))
		return PTR_ERR(trans);
	nofs = memalloc_nofs_save();
	t->node = kmalloc(64, GFP_KERNEL);
	memalloc_nofs_restore(nofs);
	return btrfs_end_transaction(trans);
}
