// RUN: %analyze --check=gfp-mismatch %s | FileCheck %s --implicit-check-not=warning:
//
// An allocation that must not fail has to wait until there is memory, and can be had of little memory
// in a row only.

#include <linux/gfp.h>
#include <linux/slab.h>

void *slot;

void bad_atomic(void)
{
	slot = kmalloc(64, GFP_ATOMIC | __GFP_NOFAIL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() is given GFP_ATOMIC | __GFP_NOFAIL: an allocation that must not fail, and cannot wait for memory either [gfp-mismatch, high confidence]
	// CHECK: in bad_atomic: __GFP_NOFAIL is set, and __GFP_DIRECT_RECLAIM is not
	// CHECK: fix: drop __GFP_NOFAIL and handle NULL, or allocate where it can wait
}

void fixed_atomic(void)
{
	slot = kmalloc(64, GFP_ATOMIC);
}

void fixed_wait(void)
{
	slot = kmalloc(64, GFP_NOFS | __GFP_NOFAIL);
}

void bad_order(void)
{
	slot = alloc_pages(GFP_KERNEL | __GFP_NOFAIL, 3);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: alloc_pages() is given GFP_KERNEL | __GFP_NOFAIL and order 3: 8 pages in a row may never become free [gfp-mismatch, medium confidence]
}

void fixed_order(void)
{
	slot = alloc_pages(GFP_KERNEL | __GFP_NOFAIL, 1);
	slot = alloc_pages(GFP_KERNEL, 3);
}

/* A filter, which has all bits but a few, asks for nothing. */
static gfp_t constrain(gfp_t gfp, gfp_t allowed)
{
	return gfp & allowed;
}

void fixed_filter(gfp_t gfp)
{
	slot = kmalloc(64, constrain(gfp, ~__GFP_DIRECT_RECLAIM));
}
