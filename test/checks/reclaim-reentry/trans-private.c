// RUN: %analyze --check=reclaim-reentry %s %{fixtures}/fs/btrfs/transaction.c | FileCheck %s --implicit-check-not='{{fixed[a-z_]*\(}}'
//
// The transaction travels as private data of a callback, through code that knows nothing of it.
//
// One site may be reported for the caller that has the transaction and for the callback that is
// handed it: what counts is the site.

#include <linux/sched/mm.h>
#include <linux/security.h>
#include <linux/slab.h>

#include "fs/btrfs/transaction.h"

static int set_xattr(struct btrfs_trans_handle *trans, struct inode *inode, const char *name)
{
	return trans->aborted;
}

static int bad_initxattrs(struct inode *inode, const struct xattr *xattr_array, void *fs_data)
{
	struct btrfs_trans_handle *trans = fs_data;
	char *name = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: {{bad_[a-z]+}}() {{.*}}transaction{{.*}}[reclaim-reentry, {{high|medium}} confidence]

	return name ? set_xattr(trans, inode, name) : -ENOMEM;
}

static int fixed_initxattrs(struct inode *inode, const struct xattr *xattr_array, void *fs_data)
{
	struct btrfs_trans_handle *trans = fs_data;
	unsigned int nofs = memalloc_nofs_save();
	char *name = kmalloc(64, GFP_KERNEL);

	memalloc_nofs_restore(nofs);
	return name ? set_xattr(trans, inode, name) : -ENOMEM;
}

int bad_create(struct btrfs_trans_handle *trans, struct inode *dir, struct inode *inode)
{
	return security_inode_init_security(inode, dir, NULL, bad_initxattrs, trans);
}

int fixed_create(struct btrfs_trans_handle *trans, struct inode *dir, struct inode *inode)
{
	return security_inode_init_security(inode, dir, NULL, fixed_initxattrs, trans);
}
