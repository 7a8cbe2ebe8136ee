// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not='{{fixed[a-z_]*\(}}'
//
// When the handle is stopped its scope is over, for other states that are not.

#include <linux/jbd2.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

struct dir {
	journal_t *journal;
	struct folio *folio;
	void *block;
};

int bad(struct dir *d)
{
	handle_t *handle = jbd2_journal_start(d->journal, 8);

	if (IS_ERR(handle))
		return PTR_ERR(handle);
	folio_start_writeback(d->folio);
	d->block = kmalloc(64, GFP_KERNEL);
	jbd2_journal_stop(handle);
	d->block = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}writeback{{.*}}[reclaim-reentry, {{high|medium}} confidence]
	folio_end_writeback(d->folio);
	return 0;
}

int fixed(struct dir *d)
{
	handle_t *handle = jbd2_journal_start(d->journal, 8);

	if (IS_ERR(handle))
		return PTR_ERR(handle);
	folio_start_writeback(d->folio);
	d->block = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(d->folio);
	return jbd2_journal_stop(handle);
}
