// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A folio is in writeback state from where it is marked until its I/O is submitted or its end is
// declared: in between, reclaim would wait for the task it runs in.

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

struct writer {
	struct block_device *bdev;
	void *note;
};

void bad(struct writer *w, struct folio *folio)
{
	struct bio *bio = bio_alloc(w->bdev, 1, REQ_OP_WRITE, GFP_NOFS);

	folio_start_writeback(folio);
	bio_add_folio(bio, folio, 4096, 0);
	w->note = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}writeback{{.*}}[reclaim-reentry, high confidence]
	submit_bio(bio);
}

void bad_page(struct writer *w, struct page *page)
{
	set_page_writeback(page);
	w->note = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_page() {{.*}}writeback{{.*}}[reclaim-reentry, high confidence]
	end_page_writeback(page);
}

static void mark(struct folio *folio)
{
	folio_start_writeback(folio);
	folio_unlock(folio);
}

void bad_helper(struct writer *w, struct folio *folio)
{
	mark(folio);
	w->note = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_helper() {{.*}}writeback{{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(folio);
}

void fixed(struct writer *w, struct folio *folio)
{
	struct bio *bio = bio_alloc(w->bdev, 1, REQ_OP_WRITE, GFP_NOFS);

	folio_start_writeback(folio);
	bio_add_folio(bio, folio, 4096, 0);
	submit_bio(bio);
	w->note = kmalloc(64, GFP_KERNEL);
}

void fixed_end(struct writer *w, struct page *page)
{
	set_page_writeback(page);
	end_page_writeback(page);
	w->note = kmalloc(64, GFP_KERNEL);
}
