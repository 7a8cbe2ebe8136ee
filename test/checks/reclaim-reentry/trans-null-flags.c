// RUN: %analyze --check=reclaim-reentry %s %{fixtures}/fs/btrfs/transaction.c | FileCheck %s --implicit-check-not=warning:
//
// Flags that go with the transaction.

#include <linux/slab.h>

#include "fs/btrfs/transaction.h"

struct node {
	void *acl;
};

int bad_set(struct btrfs_trans_handle *trans, struct node *n)
{
	n->acl = kmalloc(64, trans ? GFP_KERNEL : GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with {{.*}} and re-enter the filesystem: bad_set() {{.*}}transaction{{.*}}[reclaim-reentry, {{high|medium}} confidence]
	return n->acl ? 0 : -ENOMEM;
}

int fixed_set(struct btrfs_trans_handle *trans, struct node *n)
{
	n->acl = kmalloc(64, trans ? GFP_NOFS : GFP_KERNEL);
	return n->acl ? 0 : -ENOMEM;
}

int fixed_set_branches(struct btrfs_trans_handle *trans, struct node *n)
{
	gfp_t gfp = GFP_KERNEL;

	if (trans)
		gfp = GFP_NOFS;
	n->acl = kmalloc(64, gfp);
	return n->acl ? 0 : -ENOMEM;
}
