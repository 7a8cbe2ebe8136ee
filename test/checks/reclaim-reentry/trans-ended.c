// RUN: %analyze --check=reclaim-reentry %s %{fixtures}/fs/btrfs/transaction.c | FileCheck %s --implicit-check-not=warning:
//
// The transaction is over when it is ended or committed, and may be by another function.

#include <linux/slab.h>

#include "fs/btrfs/transaction.h"

struct tree {
	struct btrfs_root *root;
	void *node;
};

static int finish(struct btrfs_trans_handle *trans, int err)
{
	if (err) {
		btrfs_abort_transaction(trans, err);
		btrfs_end_transaction(trans);
		return err;
	}
	return btrfs_commit_transaction(trans);
}

int bad(struct tree *t, int again)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(t->root, 1);
	int err;

	if (IS_ERR(trans))
		return PTR_ERR(trans);
	err = btrfs_end_transaction(trans);
	if (!again)
		return err;
	trans = btrfs_start_transaction(t->root, 1);
	if (IS_ERR(trans))
		return PTR_ERR(trans);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}transaction{{.*}}[reclaim-reentry, high confidence]
	return btrfs_end_transaction(trans);
}

/* Aborted is not ended. */
int bad_aborted(struct tree *t)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(t->root, 1);

	if (IS_ERR(trans))
		return PTR_ERR(trans);
	btrfs_abort_transaction(trans, -EIO);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_aborted() {{.*}}transaction{{.*}}[reclaim-reentry, high confidence]
	return btrfs_end_transaction(trans);
}

int fixed(struct tree *t)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(t->root, 1);
	int err;

	if (IS_ERR(trans))
		return PTR_ERR(trans);
	err = btrfs_end_transaction(trans);
	t->node = kmalloc(64, GFP_KERNEL);
	return err;
}

int fixed_elsewhere(struct tree *t, int err)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(t->root, 1);

	if (IS_ERR(trans))
		return PTR_ERR(trans);
	err = finish(trans, err);
	t->node = kmalloc(64, GFP_KERNEL);
	return err;
}
