// RUN: %analyze --check=reclaim-reentry,sleep-in-atomic --format=json %s | FileCheck %s
//
// Where a call names the constant that is wrong, the report says which one would do in its place,
// and keeps what else the constant says.

#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct tree {
	struct folio *folio;
	spinlock_t lock;
	void *node;
};

// CHECK: "function": "plain",
// CHECK: "fixes": [
// CHECK-NEXT: {
// CHECK-NEXT: "file": "{{.*}}fix-it.c",
// CHECK-NEXT: "line": [[#@LINE+7]],
// CHECK-NEXT: "column": 24,
// CHECK-NEXT: "old": "GFP_KERNEL",
// CHECK-NEXT: "new": "GFP_NOFS"
void plain(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL | __GFP_ZERO);
	folio_end_writeback(t->folio);
}

static int size_for(int flags) { return flags ? 64 : 32; }

// What stands in comments, in strings, and in calls inside does not count.
// CHECK: "function": "elsewhere",
// CHECK: "fixes": [
// CHECK-NEXT: {
// CHECK-NEXT: "file":
// CHECK-NEXT: "line": [[#@LINE+8]],
// CHECK-NEXT: "column": 7,
// CHECK-NEXT: "old": "GFP_KERNEL_ACCOUNT",
// CHECK-NEXT: "new": "GFP_NOFS | __GFP_ACCOUNT"
void elsewhere(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(size_for(GFP_KERNEL) + sizeof("GFP_KERNEL)"), /* GFP_KERNEL */
				  GFP_KERNEL_ACCOUNT);
	folio_end_writeback(t->folio);
}

// The same in an operand.
// CHECK: "function": "operand",
// CHECK: "new": "(GFP_NOFS | __GFP_ACCOUNT)"
void operand(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = kmalloc(64, GFP_KERNEL_ACCOUNT & ~__GFP_NOWARN);
	folio_end_writeback(t->folio);
}

// A name for it, or a macro around it: the change would not be here alone.
// CHECK: "function": "renamed",
// CHECK-NOT: "fixes"
// CHECK: "function": "wrapped",
// CHECK-NOT: "fixes"
#define alloc_node(t) ((t)->node = kmalloc(64, GFP_KERNEL))
void renamed(struct tree *t)
{
	gfp_t gfp = GFP_KERNEL;

	folio_start_writeback(t->folio);
	t->node = kmalloc(64, gfp);
	folio_end_writeback(t->folio);
}

void wrapped(struct tree *t)
{
	folio_start_writeback(t->folio);
	alloc_node(t);
	folio_end_writeback(t->folio);
}

// CHECK: "function": "atomic",
// CHECK: "new": "GFP_ATOMIC"
void atomic(struct tree *t)
{
	spin_lock(&t->lock);
	t->node = kmalloc(64, GFP_NOFS);
	spin_unlock(&t->lock);
}

// What must not fail must be able to wait.
// CHECK: "function": "atomic_nofail",
// CHECK-NOT: "fixes"
void atomic_nofail(struct tree *t)
{
	spin_lock(&t->lock);
	t->node = kmalloc(64, GFP_KERNEL | __GFP_NOFAIL);
	spin_unlock(&t->lock);
}
