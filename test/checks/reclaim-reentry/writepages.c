// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// Writeback must not allocate with __GFP_FS wherever it is called from: it runs below reclaim, and
// reclaim below it waits for the folios that it has in hand.

#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/writeback.h>

static void *extent;

static int bad_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	extent = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_writepages() is {{.*}}[reclaim-reentry, medium confidence]
	return extent ? 0 : -ENOMEM;
}

static int bad_writepage(struct page *page, struct writeback_control *wbc)
{
	extent = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_writepage() is {{.*}}[reclaim-reentry, medium confidence]
	return extent ? 0 : -ENOMEM;
}

static int fixed_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	extent = kmalloc(64, GFP_NOFS);
	return extent ? 0 : -ENOMEM;
}

static int fixed_writepage(struct page *page, struct writeback_control *wbc)
{
	unsigned int nofs = memalloc_nofs_save();

	extent = kmalloc(64, GFP_KERNEL);
	memalloc_nofs_restore(nofs);
	return extent ? 0 : -ENOMEM;
}

/* Reads are not writes. */
static int fixed_read_folio(struct file *file, struct folio *folio)
{
	extent = kmalloc(64, GFP_KERNEL);
	folio_unlock(folio);
	return extent ? 0 : -ENOMEM;
}

const struct address_space_operations bad_aops = {
	.writepage = bad_writepage,
	.writepages = bad_writepages,
};

const struct address_space_operations fixed_aops = {
	.writepage = fixed_writepage,
	.writepages = fixed_writepages,
	.read_folio = fixed_read_folio,
};
