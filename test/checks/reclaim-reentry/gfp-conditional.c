// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// Flags chosen by a condition that the caller decides.

#include <linux/pagemap.h>
#include <linux/slab.h>

struct tree {
	struct folio *folio;
	void *node;
};

static void *get(bool nofs)
{
	return kmalloc(64, nofs ? GFP_NOFS : GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, high confidence]
}

void bad(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = get(false);
	folio_end_writeback(t->folio);
}

void fixed(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = get(true);
	folio_end_writeback(t->folio);
	t->node = get(false);
}
