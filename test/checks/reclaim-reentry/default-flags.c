// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// Allocations that name no flags have GFP_KERNEL, which nobody sees in the source.

#include <linux/pagemap.h>
#include <linux/slab.h>

struct node {
	int key;
};

struct tree {
	struct folio *folio;
	struct node *node;
};

void bad(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kzalloc_obj(*t->node);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kzalloc{{(_obj)?}}() may enter reclaim with GFP_KERNEL{{.*}} and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(t->folio);
}

void fixed(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kzalloc_obj(*t->node, GFP_NOFS);
	folio_end_writeback(t->folio);
}
