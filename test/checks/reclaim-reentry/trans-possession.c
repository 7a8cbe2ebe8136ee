// RUN: %analyze --check=reclaim-reentry %s %{fixtures}/fs/btrfs/transaction.c | FileCheck %s --implicit-check-not=warning:
//
// A function that is handed a transaction is in it, whoever started it, and seen or not.

#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "fs/btrfs/transaction.h"

struct tree {
	struct btrfs_root *root;
	void *node;
};

/* Nobody that calls this is in sight. */
int bad_insert(struct btrfs_trans_handle *trans, struct tree *t)
{
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_insert() is handed {{.*}}transaction{{.*}}[reclaim-reentry, {{high|medium}} confidence]
	return t->node ? 0 : -ENOMEM;
}

static void *node_alloc(struct tree *t)
{
	return kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_split() is handed {{.*}}transaction{{.*}}[reclaim-reentry, {{high|medium}} confidence]
}

int bad_split(struct btrfs_trans_handle *trans, struct tree *t)
{
	t->node = node_alloc(t);
	return t->node ? 0 : -ENOMEM;
}

int fixed_insert(struct btrfs_trans_handle *trans, struct tree *t)
{
	t->node = kmalloc(64, GFP_NOFS);
	return t->node ? 0 : -ENOMEM;
}

int fixed_split(struct btrfs_trans_handle *trans, struct tree *t)
{
	unsigned int nofs = memalloc_nofs_save();

	t->node = node_alloc(t);
	memalloc_nofs_restore(nofs);
	return t->node ? 0 : -ENOMEM;
}

/* Ends the transaction that it is handed, and only then allocates. */
int fixed_commit(struct btrfs_trans_handle *trans, struct tree *t)
{
	int err = btrfs_commit_transaction(trans);

	t->node = kmalloc(64, GFP_KERNEL);
	return err;
}
