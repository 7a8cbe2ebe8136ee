// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// Masks: what is taken away from the caller's flags, and what a callee adds to them.

#include <linux/pagemap.h>
#include <linux/slab.h>

struct tree {
	struct folio *folio;
	void *node;
};

static void *get_nofs(gfp_t gfp)
{
	return kmalloc(64, gfp & ~__GFP_FS);
}

static void *get_noio(gfp_t gfp)
{
	return kmalloc(64, gfp & ~(__GFP_IO | __GFP_FS));
}

static void *get_nowait(gfp_t gfp)
{
	return kmalloc(64, (gfp & ~__GFP_DIRECT_RECLAIM) | __GFP_NOWARN);
}

static void *get_quiet(gfp_t gfp)
{
	return kmalloc(64, (gfp & ~__GFP_ACCOUNT) | __GFP_NOWARN);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with {{.*}} and re-enter the filesystem: bad_other_bit() {{.*}}[reclaim-reentry, high confidence]
}

/* Upgrades the mask it was given. */
static void *get_anyhow(gfp_t gfp)
{
	return kmalloc(64, gfp | GFP_KERNEL);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL{{.*}} and re-enter the filesystem: bad_upgraded() {{.*}}[reclaim-reentry, high confidence]
}

void bad_other_bit(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = get_quiet(GFP_KERNEL_ACCOUNT);
	folio_end_writeback(t->folio);
}

void bad_upgraded(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = get_anyhow(GFP_NOFS);
	folio_end_writeback(t->folio);
}

void fixed(struct tree *t)
{
	folio_start_writeback(t->folio);
	t->node = get_nofs(GFP_KERNEL);
	t->node = get_noio(GFP_KERNEL);
	t->node = get_nowait(GFP_KERNEL);
	t->node = get_quiet(GFP_NOFS | __GFP_ACCOUNT);
	folio_end_writeback(t->folio);
}
