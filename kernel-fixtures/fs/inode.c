// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/list.h>

void evict(struct inode *inode)
{
	const struct super_operations *op = inode->i_sb->s_op;

	spin_lock(&inode->i_sb->s_inode_list_lock);
	list_del(&inode->i_sb_list);
	spin_unlock(&inode->i_sb->s_inode_list_lock);
	if (op->evict_inode)
		op->evict_inode(inode);
	op->free_inode(inode);
}

ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	if (!file->f_op->write)
		return -EINVAL;
	return file->f_op->write(file, buf, count, pos);
}
