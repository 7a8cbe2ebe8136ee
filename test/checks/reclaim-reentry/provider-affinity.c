// RUN: rm -rf %t && cp -r %{fixtures} %t && split-file %s %t
// RUN: %t/compile-commands %t/build %t/fs/alphafs/alpha.c %t/fs/betafs/beta.c %t/fs/gammafs/gamma.c
// RUN: %not %gfpcheck analyze --check=reclaim-reentry -p %t/build | FileCheck %s --implicit-check-not=warning:
//
// Three filesystems implement one table. A path that starts in one and goes through the VFS comes
// back to its own inodes: alphafs is wrong, the others' allocations do not make gammafs wrong.
//
// CHECK: fs/alphafs/alpha.c:8:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: alpha_commit() {{.*}}writeback{{.*}}[reclaim-reentry, {{high|medium}} confidence]
// CHECK: fs/alphafs/alpha.c:{{[0-9]+}}: in alpha_commit: calls {{(__)?}}mark_inode_dirty()
// CHECK: fs/inode.c:{{[0-9]+}}: in __mark_inode_dirty: calls alpha_dirty_inode() through super_operations.dirty_inode
//--- fs/alphafs/alpha.c
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

static void alpha_dirty_inode(struct inode *inode, int flags)
{
	/* Wrong below alpha_commit(). */
	inode->i_private = kmalloc(64, GFP_KERNEL);
}

const struct super_operations alpha_sops = { .dirty_inode = alpha_dirty_inode };

void alpha_commit(struct inode *inode, struct folio *folio)
{
	folio_start_writeback(folio);
	mark_inode_dirty(inode);
	folio_end_writeback(folio);
}

//--- fs/betafs/beta.c
#include <linux/fs.h>
#include <linux/slab.h>

/* Right: betafs never gets here with a folio under writeback. */
static void beta_dirty_inode(struct inode *inode, int flags)
{
	inode->i_private = kmalloc(64, GFP_KERNEL);
}

const struct super_operations beta_sops = { .dirty_inode = beta_dirty_inode };

//--- fs/gammafs/gamma.c
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

static void gamma_dirty_inode(struct inode *inode, int flags)
{
	inode->i_private = kmalloc(64, GFP_NOFS);
}

const struct super_operations gamma_sops = { .dirty_inode = gamma_dirty_inode };

void gamma_commit(struct inode *inode, struct folio *folio)
{
	folio_start_writeback(folio);
	mark_inode_dirty(inode);
	folio_end_writeback(folio);
}
