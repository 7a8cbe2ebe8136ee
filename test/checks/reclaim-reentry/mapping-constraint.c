// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// mapping_gfp_constraint() can only take away: with GFP_NOFS, or ~__GFP_FS, the mapping's mask no
// longer matters.

#include <linux/pagemap.h>
#include <linux/slab.h>

struct tree {
	struct address_space *mapping;
	struct folio *folio;
	void *node;
};

void bad(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, mapping_gfp_constraint(t->mapping, GFP_KERNEL));
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with {{.*}} and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, {{high|medium}} confidence]
	folio_end_writeback(t->folio);
}

void fixed(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, mapping_gfp_constraint(t->mapping, GFP_NOFS));
	t->node = kmalloc(64, mapping_gfp_constraint(t->mapping, ~__GFP_FS));
	folio_end_writeback(t->folio);
}
