// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// What a writeback_control says of its caller is known where the caller sets it up.

#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/writeback.h>

struct tree {
	struct folio *folio;
	void *extent;
};

static int write_extent(struct tree *t, struct writeback_control *wbc)
{
	if (wbc->for_reclaim)
		return 0;
	t->extent = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}writeback{{.*}}[reclaim-reentry, {{high|medium}} confidence]
	return t->extent ? 0 : -ENOMEM;
}

int bad(struct tree *t)
{
	struct writeback_control wbc = { .sync_mode = WB_SYNC_ALL };
	int err;

	folio_start_writeback(t->folio);
	err = write_extent(t, &wbc);
	folio_end_writeback(t->folio);
	return err;
}

int fixed(struct tree *t)
{
	struct writeback_control wbc = { .for_reclaim = 1 };
	int err;

	folio_start_writeback(t->folio);
	err = write_extent(t, &wbc);
	folio_end_writeback(t->folio);
	return err;
}
