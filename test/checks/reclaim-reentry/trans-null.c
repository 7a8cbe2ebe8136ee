// RUN: %analyze --check=reclaim-reentry %s %{fixtures}/fs/btrfs/transaction.c | FileCheck %s --implicit-check-not=warning:
//
// A function that is called with a transaction and without one tells by the pointer.

#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "fs/btrfs/transaction.h"

struct node {
	struct btrfs_root *root;
	void *acl;
};

/* Its scope goes with the transaction. */
static int fixed_set_acl(struct btrfs_trans_handle *trans, struct node *n)
{
	unsigned int nofs;

	if (trans)
		nofs = memalloc_nofs_save();
	n->acl = kmalloc(64, GFP_KERNEL);
	if (trans)
		memalloc_nofs_restore(nofs);
	return n->acl ? 0 : -ENOMEM;
}

static int fixed_set_early(struct btrfs_trans_handle *trans, struct node *n)
{
	if (!trans)
		n->acl = kmalloc(64, GFP_KERNEL);
	return n->acl ? 0 : -ENOMEM;
}

static int bad_set_acl(struct btrfs_trans_handle *trans, struct node *n)
{
	n->acl = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: {{bad_set_acl|create}}() {{.*}}transaction{{.*}}[reclaim-reentry, {{high|medium}} confidence]
	return n->acl ? 0 : -ENOMEM;
}

int create(struct node *n)
{
	struct btrfs_trans_handle *trans = btrfs_start_transaction(n->root, 1);

	if (IS_ERR(trans))
		return PTR_ERR(trans);
	fixed_set_acl(trans, n);
	fixed_set_early(trans, n);
	bad_set_acl(trans, n);
	return btrfs_end_transaction(trans);
}

int set(struct node *n)
{
	fixed_set_acl(NULL, n);
	fixed_set_early(NULL, n);
	return bad_set_acl(NULL, n);
}
