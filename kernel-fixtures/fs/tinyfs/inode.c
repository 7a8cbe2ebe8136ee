// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A file system with one bug and its fix.
//
// tinyfs_drop_inodes() walks the list of inodes under its spinlock and evicts the unused ones. The
// VFS comes back through super_operations.evict_inode, and tinyfs waits for the journal there.
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/slab.h>

struct tinyfs_sb {
	struct completion journal_idle;
	struct mutex journal;
};

static void tinyfs_evict_inode(struct inode *inode)
{
	struct tinyfs_sb *sbi = inode->i_sb->s_fs_info;

	wait_for_completion(&sbi->journal_idle);
}

static void tinyfs_free_inode(struct inode *inode)
{
	kfree(inode);
}

static const struct super_operations tinyfs_sops = {
	.evict_inode = tinyfs_evict_inode,
	.free_inode = tinyfs_free_inode,
};

void tinyfs_drop_inodes(struct super_block *sb)
{
	struct inode *inode, *next;

	spin_lock(&sb->s_inode_list_lock);
	list_for_each_entry_safe(inode, next, &sb->s_inodes, i_sb_list)
		if (!inode->i_state)
			sb->s_op->evict_inode(inode);
	spin_unlock(&sb->s_inode_list_lock);
}

void tinyfs_drop_inodes_fixed(struct super_block *sb)
{
	struct inode *inode, *next;
	LIST_HEAD(dispose);

	spin_lock(&sb->s_inode_list_lock);
	list_for_each_entry_safe(inode, next, &sb->s_inodes, i_sb_list) {
		if (!inode->i_state) {
			list_del(&inode->i_sb_list);
			list_add_tail(&inode->i_sb_list, &dispose);
		}
	}
	spin_unlock(&sb->s_inode_list_lock);

	list_for_each_entry_safe(inode, next, &dispose, i_sb_list)
		sb->s_op->evict_inode(inode);
}

int tinyfs_fill_super(struct super_block *sb)
{
	struct tinyfs_sb *sbi = kzalloc(sizeof(*sbi), GFP_KERNEL);

	if (!sbi)
		return -1;
	init_completion(&sbi->journal_idle);
	sb->s_fs_info = sbi;
	sb->s_op = &tinyfs_sops;
	return 0;
}
