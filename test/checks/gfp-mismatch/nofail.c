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

/* A mask from somewhere else. */
static void bad_passed(gfp_t gfp)
{
	slot = kmalloc(64, gfp | __GFP_NOFAIL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() is given the mask of bad_passed() and __GFP_NOFAIL, and not everybody's can wait for memory: hurry() gives GFP_ATOMIC [gfp-mismatch, high confidence]
	// CHECK: who gives it a mask that cannot wait:
	// CHECK: in hurry: calls bad_passed() with GFP_ATOMIC
	// CHECK: fix: drop __GFP_NOFAIL and handle NULL, or allocate where it can wait
}

void hurry(void)
{
	bad_passed(GFP_ATOMIC);
}

void wait(void)
{
	bad_passed(GFP_KERNEL);
}

static void fixed_passed(gfp_t gfp)
{
	if (gfpflags_allow_blocking(gfp))
		gfp |= __GFP_NOFAIL;
	slot = kmalloc(64, gfp);
}

static void fixed_tested(gfp_t gfp)
{
	if (gfpflags_allow_blocking(gfp))
		slot = kmalloc(64, gfp | __GFP_NOFAIL);
}

void fixed_hurry(void)
{
	fixed_passed(GFP_ATOMIC);
	fixed_tested(GFP_ATOMIC);
}

void bad_order_passed(gfp_t gfp)
{
	slot = alloc_pages(gfp | __GFP_NOFAIL, 2);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: alloc_pages() is given __GFP_NOFAIL and order 2: 4 pages in a row may never become free [gfp-mismatch, medium confidence]
}
