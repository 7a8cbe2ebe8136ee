// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// Eviction has the inode to itself: who holds a lock inside it has a reference, and the inode is not
// evicted. A lock of the superblock is shared with everybody. Reclaim evicts only with __GFP_FS.

#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/slab.h>

struct foo_sb {
	struct mutex lock;
	void *slot;
};

struct foo_inode {
	struct mutex lock;
	void *slot;
	struct inode vfs_inode;
};

static struct foo_inode *FOO_I(struct inode *inode)
{
	return container_of(inode, struct foo_inode, vfs_inode);
}

static struct foo_sb *FOO_SB(struct super_block *sb)
{
	return sb->s_fs_info;
}

// The mapping's own inode.
static void foo_truncate(struct address_space *mapping)
{
	struct foo_inode *fi = FOO_I(mapping->host);

	mutex_lock(&fi->lock);
	mutex_unlock(&fi->lock);
}

static void foo_evict_inode(struct inode *inode)
{
	struct foo_inode *fi = FOO_I(inode);
	struct foo_sb *sbi = FOO_SB(inode->i_sb);

	mutex_lock(&fi->lock);
	kfree(fi->slot);
	mutex_unlock(&fi->lock);

	mutex_lock(&sbi->lock);
	kfree(sbi->slot);
	mutex_unlock(&sbi->lock);

	foo_truncate(&inode->i_data);
}

static void foo_free_inode(struct inode *inode)
{
	kfree(FOO_I(inode));
}

const struct super_operations foo_sops = {
	.evict_inode = foo_evict_inode,
	.free_inode = foo_free_inode,
};

void fixed_inode(struct inode *inode)
{
	struct foo_inode *fi = FOO_I(inode);

	mutex_lock(&fi->lock);
	fi->slot = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&fi->lock);
}

void bad(struct super_block *sb)
{
	struct foo_sb *sbi = FOO_SB(sb);

	mutex_lock(&sbi->lock);
	sbi->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for foo_sb.lock: bad() holds mutex {{.*}} [reclaim-lock-inversion, high confidence]
	// CHECK: reclaim -> foo_sb.lock: only with __GFP_FS:
	// CHECK: in super_cache_scan: calls prune_icache_sb()
	// CHECK: in evict: calls foo_evict_inode() through super_operations.evict_inode
	mutex_unlock(&sbi->lock);
}

void fixed(struct super_block *sb)
{
	struct foo_sb *sbi = FOO_SB(sb);

	mutex_lock(&sbi->lock);
	sbi->slot = kmalloc(64, GFP_NOFS);
	mutex_unlock(&sbi->lock);
}
