// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A scope that is closed in the middle of a loop, for something that must not run in it, and opened
// again.

#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct manager {
	struct folio *folio;
	int pending, expired;
	void *state, *seen;
};

int bad(struct manager *m)
{
	unsigned int nofs = memalloc_nofs_save();

	folio_start_writeback(m->folio);
	do {
		m->state = kmalloc(64, GFP_KERNEL);
		if (m->expired) {
			memalloc_nofs_restore(nofs);
			m->seen = kmalloc(64, GFP_KERNEL);
			// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, high confidence]
			nofs = memalloc_nofs_save();
		}
	} while (m->pending);
	folio_end_writeback(m->folio);
	memalloc_nofs_restore(nofs);
	return 0;
}

int fixed(struct manager *m)
{
	unsigned int nofs = memalloc_nofs_save();

	do {
		folio_start_writeback(m->folio);
		m->state = kmalloc(64, GFP_KERNEL);
		folio_end_writeback(m->folio);
		if (m->expired) {
			memalloc_nofs_restore(nofs);
			m->seen = kmalloc(64, GFP_KERNEL);
			nofs = memalloc_nofs_save();
		}
	} while (m->pending);
	memalloc_nofs_restore(nofs);
	return 0;
}
