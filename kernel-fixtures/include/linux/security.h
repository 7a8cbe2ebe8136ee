/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_SECURITY_H
#define _LINUX_SECURITY_H

#include <linux/fs.h>

struct xattr {
	const char *name;
	void *value;
	size_t value_len;
};

/* Writes the attributes of a new inode; fs_data is what the filesystem passed in. */
typedef int (*initxattrs)(struct inode *inode, const struct xattr *xattr_array, void *fs_data);

int security_inode_init_security(struct inode *inode, struct inode *dir, const struct qstr *qstr,
				 initxattrs initxattrs, void *fs_data);

#endif
