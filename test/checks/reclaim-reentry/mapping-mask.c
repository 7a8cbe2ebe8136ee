// RUN: rm -rf %t && cp -r %{fixtures} %t && split-file %s %t
// RUN: %t/compile-commands %t/build %t/fs/alphafs/alpha.c %t/fs/betafs/beta.c %t/fs/gammafs/gamma.c
// RUN: %not %gfpcheck analyze --check=reclaim-reentry -p %t/build | FileCheck %s --implicit-check-not=warning:
//
// The page cache allocates with the mask of the mapping, and a new inode's mask permits everything.
// alphafs forbids recursion into filesystems when it sets up an inode; betafs does not; gammafs sets a
// mask, but not one that helps.
//
// CHECK-DAG: fs/betafs/beta.c:7:{{[0-9]+}}: warning: {{[a-z_]+}}() may enter reclaim with {{.*}} and re-enter the filesystem: bad_beta_write() {{.*}}[reclaim-reentry, {{high|medium}} confidence]
// CHECK-DAG: fs/gammafs/gamma.c:12:{{[0-9]+}}: warning: {{[a-z_]+}}() may enter reclaim with {{.*}} and re-enter the filesystem: bad_gamma_write() {{.*}}[reclaim-reentry, {{high|medium}} confidence]
//--- fs/alphafs/alpha.c
#include <linux/pagemap.h>

void alpha_setup_inode(struct inode *inode)
{
	mapping_set_gfp_mask(inode->i_mapping, mapping_gfp_mask(inode->i_mapping) & ~__GFP_FS);
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
struct folio *bad_beta_write(struct inode *inode, struct folio *folio)
{
	struct folio *next;

	folio_start_writeback(folio);
	next = filemap_grab_folio(inode->i_mapping, 0);
	folio_end_writeback(folio);
	return next;
}

//--- fs/gammafs/gamma.c
#include <linux/pagemap.h>
void gamma_setup(struct inode *inode)
{
	mapping_set_gfp_mask(inode->i_mapping, GFP_USER);
}

struct folio *bad_gamma_write(struct inode *inode, struct folio *folio)
{
	struct folio *next;

	folio_start_writeback(folio);
	next = filemap_alloc_folio(mapping_gfp_mask(inode->i_mapping), 0);
	folio_end_writeback(folio);
	return next;
}
