// RUN: rm -rf %t && cp -r %{fixtures} %t && split-file %s %t
// RUN: %t/compile-commands %t/build %t/fs/alphafs/alpha.c %t/fs/betafs/beta.c
// RUN: %not %gfpcheck analyze --check=reclaim-reentry -p %t/build | FileCheck %s --implicit-check-not=warning:
//
// The mask that a filesystem sets on an inode that the VFS has just made, through i_mapping or i_data.
//
// CHECK: fs/betafs/beta.c:13:{{[0-9]+}}: warning: {{[a-z_]+}}() may enter reclaim with {{.*}} and re-enter the filesystem: bad_beta_write() {{.*}}[reclaim-reentry, {{high|medium}} confidence]
//--- fs/alphafs/alpha.c
#include <linux/pagemap.h>

struct inode *alpha_new_inode(struct super_block *sb)
{
	struct inode *inode = new_inode(sb);

	if (inode)
		mapping_set_gfp_mask(&inode->i_data, GFP_NOFS);
	return inode;
}

struct folio *fixed_alpha_write(struct inode *inode, struct folio *folio)
{
	struct folio *next;

	folio_start_writeback(folio);
	next = filemap_grab_folio(inode->i_mapping, 0);
	folio_end_writeback(folio);
	return next;
}

//--- fs/betafs/beta.c
#include <linux/pagemap.h>

struct inode *beta_new_inode(struct super_block *sb)
{
	return new_inode(sb);
}

struct folio *bad_beta_write(struct inode *inode, struct folio *folio)
{
	struct folio *next;

	folio_start_writeback(folio);
	next = filemap_grab_folio(inode->i_mapping, 0);
	folio_end_writeback(folio);
	return next;
}
