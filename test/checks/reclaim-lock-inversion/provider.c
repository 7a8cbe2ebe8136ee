// RUN: rm -rf %t && cp -r %{fixtures} %t && split-file %s %t
// RUN: %t/compile-commands %t/build %t/fs/alphafs/alpha.c %t/fs/betafs/beta.c
// RUN: %not %gfpcheck analyze --check=reclaim-lock-inversion -p %t/build | FileCheck %s --implicit-check-not=warning:
//
// A lock in a structure of the core has one class for each filesystem, as in lockdep. Reclaim waits
// for inode->i_rwsem on behalf of alphafs only: alphafs must not enter reclaim under it at all, as its
// release_folio() tests no flag; betafs may.
//
// CHECK: fs/alphafs/alpha.c:18:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS, which waits for inode.i_rwsem: alpha_write() holds rw_semaphore (write) &inode->i_rwsem [reclaim-lock-inversion, {{high|medium}} confidence]
// CHECK: reclaim -> inode.i_rwsem: whatever the flags, GFP_NOFS and GFP_NOIO included:
// CHECK: in shrink_folio_list: calls alpha_release_folio() through address_space_operations.release_folio
//--- fs/alphafs/alpha.c
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

static bool alpha_release_folio(struct folio *folio, gfp_t gfp)
{
	inode_lock(folio->mapping->host);
	kfree(folio->private);
	inode_unlock(folio->mapping->host);
	return true;
}

const struct address_space_operations alpha_aops = { .release_folio = alpha_release_folio };

void alpha_write(struct inode *inode)
{
	inode_lock(inode);
	inode->i_private = kmalloc(64, GFP_NOFS);
	inode_unlock(inode);
}

//--- fs/betafs/beta.c
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

static bool beta_release_folio(struct folio *folio, gfp_t gfp)
{
	if (!inode_trylock(folio->mapping->host))
		return false;
	kfree(folio->private);
	inode_unlock(folio->mapping->host);
	return true;
}

const struct address_space_operations beta_aops = { .release_folio = beta_release_folio };

void beta_write(struct inode *inode)
{
	inode_lock(inode);
	inode->i_private = kmalloc(64, GFP_KERNEL);
	inode_unlock(inode);
}
