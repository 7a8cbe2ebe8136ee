// RUN: rm -rf %t && cp -r %{fixtures} %t && split-file %s %t
// RUN: %t/compile-commands %t/build %t/fs/prune.c %t/fs/alphafs/alpha.c %t/fs/betafs/beta.c
// RUN: %not %gfpcheck analyze --check=reclaim-lock-inversion -p %t/build --stats -o %t/out 2>&1 | FileCheck %s --check-prefix=STATS
// RUN: FileCheck %s --implicit-check-not=warning: < %t/out
//
// The core takes inode->i_rwsem in reclaim. betafs gives that of its inodes a key (lockdep_set_class()):
// they are none that the core's way to the lock has to do with. Those of alphafs are.
//
// STATS: locks: left out by annotations: 3 edges to reclaim with a key of their own
// CHECK: fs/alphafs/alpha.c:8:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for inode.i_rwsem: alpha_write()
//--- fs/prune.c
#include <linux/fs.h>
#include <linux/shrinker.h>

static struct inode *oldest;

static unsigned long prune_count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long prune_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	inode_lock(oldest);
	inode_unlock(oldest);
	return 1;
}

static struct shrinker prune_shrinker = {
	.count_objects = prune_count,
	.scan_objects = prune_scan,
};

int prune_init(void)
{
	return register_shrinker(&prune_shrinker, "prune");
}
//--- fs/alphafs/alpha.c
#include <linux/fs.h>
#include <linux/lockdep.h>
#include <linux/slab.h>

void alpha_write(struct inode *inode)
{
	inode_lock(inode);
	inode->i_private = kmalloc(64, GFP_KERNEL);
	inode_unlock(inode);
}
//--- fs/betafs/beta.c
#include <linux/fs.h>
#include <linux/lockdep.h>
#include <linux/slab.h>

static struct lock_class_key beta_key;

void beta_new(struct inode *inode)
{
	lockdep_set_class(&inode->i_rwsem, &beta_key);
}

void beta_write(struct inode *inode)
{
	inode_lock(inode);
	inode->i_private = kmalloc(64, GFP_KERNEL);
	inode_unlock(inode);
}
