// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// The function that write_cache_pages() calls for each folio is writeback, too.

#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/writeback.h>

static int bad_write(struct folio *folio, struct writeback_control *wbc, void *data)
{
	*(void **)data = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_write() is {{.*}}[reclaim-reentry, medium confidence]
	folio_unlock(folio);
	return 0;
}

static int fixed_write(struct folio *folio, struct writeback_control *wbc, void *data)
{
	*(void **)data = kmalloc(64, GFP_NOFS);
	folio_unlock(folio);
	return 0;
}

int sync(struct address_space *mapping, struct writeback_control *wbc, void **data)
{
	return write_cache_pages(mapping, wbc, bad_write, data) ?:
	       write_cache_pages(mapping, wbc, fixed_write, data);
}
