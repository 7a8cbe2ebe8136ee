/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

struct file;
struct folio;
struct inode;
struct iov_iter;
struct page;
struct qstr;
struct shrink_control;
struct shrinker;
struct readahead_control;
struct super_block;
struct writeback_control;
struct xattr;

/* A file's pages in memory. */
struct address_space {
	struct inode *host;
	gfp_t gfp_mask;
	unsigned long nrpages;
	const struct address_space_operations *a_ops;
	struct folio *folios;
};

struct address_space_operations {
	int (*writepage)(struct page *page, struct writeback_control *wbc);
	int (*read_folio)(struct file *file, struct folio *folio);
	int (*writepages)(struct address_space *mapping, struct writeback_control *wbc);
	bool (*dirty_folio)(struct address_space *mapping, struct folio *folio);
	void (*readahead)(struct readahead_control *ractl);
	bool (*release_folio)(struct folio *folio, gfp_t gfp);
};

struct super_operations {
	struct inode *(*alloc_inode)(struct super_block *sb);
	void (*free_inode)(struct inode *inode);
	void (*dirty_inode)(struct inode *inode, int flags);
	int (*write_inode)(struct inode *inode, struct writeback_control *wbc);
	void (*evict_inode)(struct inode *inode);
	int (*sync_fs)(struct super_block *sb, int wait);
};

struct kiocb {
	struct file *ki_filp;
	loff_t ki_pos;
	void (*ki_complete)(struct kiocb *iocb, long ret);
};

struct file_operations {
	struct module *owner;
	ssize_t (*read)(struct file *file, char __user *buf, size_t count, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t count, loff_t *pos);
	ssize_t (*read_iter)(struct kiocb *iocb, struct iov_iter *to);
	ssize_t (*write_iter)(struct kiocb *iocb, struct iov_iter *from);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
	int (*fsync)(struct file *file, loff_t start, loff_t end, int datasync);
};

struct super_block {
	const struct super_operations *s_op;
	spinlock_t s_inode_list_lock;
	struct list_head s_inodes;
	struct rw_semaphore s_umount;
	struct shrinker *s_shrink;
	struct block_device *s_bdev;
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
	unsigned int i_count;
	void *i_private;
};

#define I_DIRTY_SYNC 1
#define I_DIRTY_PAGES 4

struct file {
	const struct file_operations *f_op;
	struct inode *f_inode;
	spinlock_t f_lock;
	void *private_data;
};

int register_chrdev(unsigned int major, const char *name, const struct file_operations *fops);
ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos);
ssize_t vfs_iter_write(struct file *file, struct iov_iter *iter, loff_t *ppos);
int inode_init_always(struct super_block *sb, struct inode *inode);
struct inode *new_inode(struct super_block *sb);
void evict(struct inode *inode);
long prune_icache_sb(struct super_block *sb, struct shrink_control *sc);
struct super_block *sget_fc(const struct super_operations *s_op);
void iput(struct inode *inode);
void __mark_inode_dirty(struct inode *inode, int flags);

static inline void inode_lock(struct inode *inode)
{
	down_write(&inode->i_rwsem);
}

static inline int inode_trylock(struct inode *inode)
{
	return down_write_trylock(&inode->i_rwsem);
}

static inline void inode_unlock(struct inode *inode)
{
	up_write(&inode->i_rwsem);
}

static inline void mark_inode_dirty(struct inode *inode)
{
	__mark_inode_dirty(inode, I_DIRTY_SYNC | I_DIRTY_PAGES);
}

#endif
