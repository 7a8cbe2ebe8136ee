// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// Flags given outright: what they permit against what the task is in the middle of. Reclaim with
// __GFP_FS waits for folios under writeback.

#include <linux/pagemap.h>
#include <linux/slab.h>

struct tree {
	struct folio *folio;
	void *node;
};

void bad(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, high confidence]
	// CHECK: [[#@LINE-3]]: in bad: {{.*}}writeback
	// CHECK: [[#@LINE-3]]: in bad: {{.*}}kmalloc
	// CHECK: reclaim may need: {{.*}}writeback
	// CHECK: fix: {{.*}}GFP_NOFS{{.*}}memalloc_nofs_save()
	folio_end_writeback(t->folio);
}

void bad_user(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_HIGHUSER_MOVABLE);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with {{.*}} and re-enter the filesystem: bad_user() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(t->folio);
}

void fixed(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_NOFS);
	t->node = kmalloc(64, GFP_NOIO | __GFP_ZERO);
	t->node = kmalloc(64, GFP_NOWAIT);
	t->node = kmalloc(64, GFP_ATOMIC);
	folio_end_writeback(t->folio);
}

void fixed_before_and_after(struct tree *t)
{
	void *node = kmalloc(64, GFP_KERNEL);

	folio_start_writeback(t->folio);
	t->node = node;
	folio_end_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL);
}
