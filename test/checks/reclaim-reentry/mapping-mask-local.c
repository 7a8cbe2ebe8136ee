// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A mapping's mask that is set on the way to where it is used.

#include <linux/pagemap.h>

struct folio *bad(struct address_space *mapping, struct folio *folio)
{
	struct folio *next;

	folio_start_writeback(folio);
	mapping_set_gfp_mask(mapping, GFP_KERNEL);
	next = filemap_alloc_folio(mapping_gfp_mask(mapping), 0);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: filemap_alloc_folio() may enter reclaim with {{.*}} and re-enter the filesystem: bad() {{.*}}confidence]
	folio_end_writeback(folio);
	return next;
}

struct folio *fixed(struct address_space *mapping, struct folio *folio)
{
	struct folio *next;

	folio_start_writeback(folio);
	mapping_set_gfp_mask(mapping, GFP_NOFS);
	next = filemap_alloc_folio(mapping_gfp_mask(mapping), 0);
	folio_end_writeback(folio);
	return next;
}
