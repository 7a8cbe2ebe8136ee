// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// The bits of gfp_t are read from the tree: here __GFP_FS is (1 << 2), __GFP_DIRECT_RECLAIM (1 << 3) and
// __GFP_IO (1 << 4). (1 << 7), which is __GFP_FS in Linux 6.12, is __GFP_HARDWALL.

#include <linux/pagemap.h>
#include <linux/slab.h>

struct tree {
	struct folio *folio;
	void *node;
};

void bad(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, 1u << 2 | 1u << 3 | 1u << 4);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with {{.*}} and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(t->folio);
}

/* GFP_KERNEL in 6.12's numbers. */
void fixed(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, 1u << 6 | 1u << 7 | 1u << 10 | 1u << 11);
	folio_end_writeback(t->folio);
}
