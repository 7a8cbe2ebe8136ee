// RUN: %analyze --check=gfp-mismatch %s | FileCheck %s --implicit-check-not=warning:
//
// Page tables are allocated with a mask of their own. __vmalloc_node() does here as kernels before 5.17
// did; __vmalloc() opens a scope around that.

#include <linux/errno.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

static unsigned long *pgd;

static unsigned long *alloc_table(void)
{
	return (unsigned long *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, 0);
}

static int map_range(unsigned long addr, size_t size)
{
	if (!pgd)
		pgd = alloc_table();
	return pgd ? 0 : -ENOMEM;
}

static void *area_node(size_t size, gfp_t gfp)
{
	void *p = alloc_pages(gfp | __GFP_NOWARN, 0);

	return p && !map_range((unsigned long)p, size) ? p : NULL;
}

void *__vmalloc_node(size_t size, unsigned long align, gfp_t gfp, int node)
{
	return area_node(size + align, gfp);
}

void *slot;

void bad_nofs(unsigned long n)
{
	slot = __vmalloc_node(n, 1, GFP_NOFS, -1);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: __vmalloc_node() is given GFP_NOFS, and may reclaim with __GFP_FS all the same [gfp-mismatch, high confidence]
	// CHECK: in bad_nofs: calls __vmalloc_node()
	// CHECK: in __vmalloc_node: calls area_node()
	// CHECK: in area_node: calls map_range()
	// CHECK: in map_range: calls alloc_table()
	// CHECK: might_alloc() may enter direct reclaim: its mask, GFP_KERNEL | __GFP_ZERO, does not come from the caller
	// CHECK: fix: open a memalloc_nofs_save() scope around it
}

void bad_noio(unsigned long n)
{
	slot = __vmalloc_node(n, 1, GFP_NOIO, -1);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: __vmalloc_node() is given GFP_NOIO, and may reclaim with __GFP_IO all the same [gfp-mismatch, high confidence]
	// CHECK: fix: open a memalloc_noio_save() scope around it
}

/* The other scope is not enough. */
void bad_scope(unsigned long n)
{
	unsigned int flags = memalloc_nofs_save();

	slot = __vmalloc_node(n, 1, GFP_NOIO, -1);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: __vmalloc_node() is given GFP_NOIO, and may reclaim with __GFP_IO all the same [gfp-mismatch, high confidence]
	memalloc_nofs_restore(flags);
}

void fixed_scope(unsigned long n)
{
	unsigned int flags = memalloc_nofs_save();

	slot = __vmalloc_node(n, 1, GFP_NOFS, -1);
	memalloc_nofs_restore(flags);
}

static void in_scope(unsigned long n)
{
	slot = __vmalloc_node(n, 1, GFP_NOFS, -1);
}

void fixed_caller(unsigned long n)
{
	unsigned int flags = memalloc_nofs_save();

	in_scope(n);
	memalloc_nofs_restore(flags);
}

/* These do as they are told. */
void fixed(unsigned long n)
{
	slot = __vmalloc(n, GFP_NOFS);
	slot = __vmalloc(n, GFP_NOIO);
	slot = __vmalloc_node(n, 1, GFP_KERNEL, -1);
}
