/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

struct file;
struct inode;
struct super_block;

struct address_space {
	struct inode *host;
	gfp_t gfp_mask;
	unsigned long nrpages;
};

struct super_operations {
	struct inode *(*alloc_inode)(struct super_block *sb);
	void (*free_inode)(struct inode *inode);
	void (*evict_inode)(struct inode *inode);
	int (*sync_fs)(struct super_block *sb, int wait);
};

struct file_operations {
	struct module *owner;
	ssize_t (*read)(struct file *file, char __user *buf, size_t count, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t count, loff_t *pos);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
	int (*fsync)(struct file *file, loff_t start, loff_t end, int datasync);
};

struct super_block {
	const struct super_operations *s_op;
	spinlock_t s_inode_list_lock;
	struct list_head s_inodes;
	void *s_fs_info;
};

struct inode {
	struct super_block *i_sb;
	struct address_space i_data;
	struct address_space *i_mapping;
	spinlock_t i_lock;
	struct rw_semaphore i_rwsem;
	struct list_head i_sb_list;
	unsigned int i_state;
};

struct file {
	const struct file_operations *f_op;
	struct inode *f_inode;
	spinlock_t f_lock;
	void *private_data;
};

static inline gfp_t mapping_gfp_mask(struct address_space *mapping)
{
	return mapping->gfp_mask;
}

static inline void mapping_set_gfp_mask(struct address_space *m, gfp_t mask)
{
	m->gfp_mask = mask;
}

static inline gfp_t mapping_gfp_constraint(struct address_space *mapping, gfp_t gfp_mask)
{
	return mapping_gfp_mask(mapping) & gfp_mask;
}

int register_chrdev(unsigned int major, const char *name, const struct file_operations *fops);
ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos);
void evict(struct inode *inode);

#endif
