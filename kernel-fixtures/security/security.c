// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one security module of this kernel labels every new inode.
#include <linux/errno.h>
#include <linux/security.h>
#include <linux/slab.h>

int security_inode_init_security(struct inode *inode, struct inode *dir, const struct qstr *qstr,
				 initxattrs initxattrs, void *fs_data)
{
	struct xattr attrs[2] = { { .name = "label" } };
	int ret;

	attrs[0].value = kzalloc(16, GFP_NOFS);
	if (!attrs[0].value)
		return -ENOMEM;
	attrs[0].value_len = 16;
	ret = initxattrs(inode, attrs, fs_data);
	kfree(attrs[0].value);
	return ret;
}
