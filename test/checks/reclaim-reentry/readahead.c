// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// Folios that readahead has put into the cache are locked until their reads are submitted. mm opens
// a scope around ->readahead(); a filesystem that drives readahead itself needs its own.

#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct map {
	void *extents;
};

/* Only mm calls this, in its scope. */
static void fixed_readahead(struct readahead_control *ractl)
{
	struct map *map = ractl->mapping->host->i_private;

	map->extents = kmalloc(64, GFP_KERNEL);
}

const struct address_space_operations map_aops = { .readahead = fixed_readahead };

int bad_fill(struct readahead_control *ractl)
{
	struct folio *folio = filemap_alloc_folio(readahead_gfp_mask(ractl->mapping), 0);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: filemap_alloc_folio() may enter reclaim with {{.*}} and re-enter the filesystem: bad_fill() {{.*}}[reclaim-reentry, {{high|medium}} confidence]

	return folio ? filemap_add_folio(ractl->mapping, folio, ractl->_index, GFP_NOFS) : -ENOMEM;
}

int fixed_fill(struct readahead_control *ractl)
{
	gfp_t gfp = readahead_gfp_mask(ractl->mapping) & ~__GFP_FS;
	struct folio *folio = filemap_alloc_folio(gfp, 0);

	return folio ? filemap_add_folio(ractl->mapping, folio, ractl->_index, gfp) : -ENOMEM;
}

int fixed_fill_scope(struct readahead_control *ractl)
{
	gfp_t gfp = readahead_gfp_mask(ractl->mapping);
	unsigned int nofs = memalloc_nofs_save();
	struct folio *folio = filemap_alloc_folio(gfp, 0);
	int err = -ENOMEM;

	if (folio)
		err = filemap_add_folio(ractl->mapping, folio, ractl->_index, gfp);
	memalloc_nofs_restore(nofs);
	return err;
}
