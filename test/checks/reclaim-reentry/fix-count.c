// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// The fix: other flags for this allocation, or one scope where the state begins, and how many of
// the allocations reported it covers.

#include <linux/blk-mq.h>
#include <linux/pagemap.h>
#include <linux/slab.h>

struct tree {
	struct request_queue *q;
	struct folio *folio;
	void *a, *b, *c;
};

static void *node_alloc(void)
{
	return kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() {{.*}}commit_one() {{.*}}[reclaim-reentry, high confidence]
	// CHECK: fix: {{.*}}GFP_NOFS{{.*}}memalloc_nofs_save(){{.*}}commit_one(){{.*}} 3 {{.*}}allocations
}

void commit_one(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->a = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() {{.*}}commit_one() {{.*}}[reclaim-reentry, high confidence]
	// CHECK: fix: {{.*}}GFP_NOFS{{.*}}memalloc_nofs_save(){{.*}}commit_one(){{.*}} 3 {{.*}}allocations
	t->b = node_alloc();
	t->c = kzalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kzalloc() {{.*}}commit_one() {{.*}}[reclaim-reentry, high confidence]
	// CHECK: fix: {{.*}}GFP_NOFS{{.*}}memalloc_nofs_save(){{.*}}commit_one(){{.*}} 3 {{.*}}allocations
	folio_end_writeback(t->folio);
}

void resize(struct tree *t)
{
	blk_mq_freeze_queue(t->q);
	t->a = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() {{.*}}resize() {{.*}}[reclaim-reentry, high confidence]
	// CHECK: fix: {{.*}}GFP_NOIO{{.*}}memalloc_noio_save(){{.*}}resize(){{.*}} 2 {{.*}}allocations
	t->b = kzalloc(64, GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kzalloc() {{.*}}resize() {{.*}}[reclaim-reentry, high confidence]
	// CHECK: fix: {{.*}}GFP_NOIO{{.*}}memalloc_noio_save(){{.*}}resize(){{.*}} 2 {{.*}}allocations
	blk_mq_unfreeze_queue(t->q);
}

/* One allocation: no count to speak of. */
void commit_single(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->a = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() {{.*}}commit_single() {{.*}}[reclaim-reentry, high confidence]
	// CHECK: fix: {{.*}}GFP_NOFS
	// CHECK-NOT: covers
	folio_end_writeback(t->folio);
}

void fixed(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->a = kmalloc(64, GFP_NOFS);
	folio_end_writeback(t->folio);
}
