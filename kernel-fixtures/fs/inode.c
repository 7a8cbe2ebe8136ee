// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/pagemap.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

/* Page-cache pages of an inode are allocated with everything allowed, unless its filesystem
 * says otherwise. */
int inode_init_always(struct super_block *sb, struct inode *inode)
{
	inode->i_sb = sb;
	inode->i_count = 1;
	inode->i_data.host = inode;
	inode->i_mapping = &inode->i_data;
	mapping_set_gfp_mask(&inode->i_data, GFP_HIGHUSER_MOVABLE);
	return 0;
}

struct inode *new_inode(struct super_block *sb)
{
	const struct super_operations *op = sb->s_op;
	struct inode *inode;

	if (op->alloc_inode)
		inode = op->alloc_inode(sb);
	else
		inode = kzalloc(sizeof(*inode), GFP_KERNEL);
	if (!inode)
		return NULL;
	inode_init_always(sb, inode);
	spin_lock(&sb->s_inode_list_lock);
	list_add_tail(&inode->i_sb_list, &sb->s_inodes);
	spin_unlock(&sb->s_inode_list_lock);
	return inode;
}

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

/* Evicts inodes that nobody uses, for reclaim. */
long prune_icache_sb(struct super_block *sb, struct shrink_control *sc)
{
	struct inode *inode, *next;
	long freed = 0;
	LIST_HEAD(dispose);

	spin_lock(&sb->s_inode_list_lock);
	list_for_each_entry_safe(inode, next, &sb->s_inodes, i_sb_list) {
		if (inode->i_count || !sc->nr_to_scan--)
			continue;
		list_del(&inode->i_sb_list);
		list_add_tail(&inode->i_sb_list, &dispose);
	}
	spin_unlock(&sb->s_inode_list_lock);

	list_for_each_entry_safe(inode, next, &dispose, i_sb_list) {
		evict(inode);
		freed++;
	}
	return freed;
}

void iput(struct inode *inode)
{
	if (inode && !--inode->i_count)
		evict(inode);
}

void __mark_inode_dirty(struct inode *inode, int flags)
{
	const struct super_operations *op = inode->i_sb->s_op;

	if ((flags & I_DIRTY_SYNC) && op->dirty_inode)
		op->dirty_inode(inode, flags);
	spin_lock(&inode->i_lock);
	inode->i_state |= flags;
	spin_unlock(&inode->i_lock);
}

ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	if (!file->f_op->write)
		return -EINVAL;
	return file->f_op->write(file, buf, count, pos);
}

ssize_t vfs_iter_write(struct file *file, struct iov_iter *iter, loff_t *ppos)
{
	struct kiocb kiocb = { .ki_filp = file, .ki_pos = *ppos };

	if (!file->f_op->write_iter)
		return -EINVAL;
	return file->f_op->write_iter(&kiocb, iter);
}
