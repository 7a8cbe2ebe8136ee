// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// A folio's lock is a bit, which no member tells from another: all are one class. Those of an inode
// that is being evicted nobody else holds.

#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/pagemap.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

static struct folio *oldest;

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long scan(struct shrinker *shrink, struct shrink_control *sc)
{
	if (!(sc->gfp_mask & __GFP_FS))
		return SHRINK_STOP;
	folio_lock(oldest);
	folio_unlock(oldest);
	return 1;
}

static unsigned long trying_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	if (!folio_trylock(oldest))
		return SHRINK_STOP;
	folio_unlock(oldest);
	return 1;
}

static struct shrinker shrinker = { .count_objects = count, .scan_objects = scan };
static struct shrinker trying = { .count_objects = count, .scan_objects = trying_scan };

static void truncate_folios(struct address_space *mapping)
{
	struct folio *folio = mapping->host->i_private;

	folio_lock(folio);
	folio_unlock(folio);
}

static void foo_evict_inode(struct inode *inode)
{
	truncate_folios(&inode->i_data);
}

const struct super_operations foo_sops = { .evict_inode = foo_evict_inode };

void bad(struct folio *folio)
{
	folio_lock(folio);
	folio->private = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for folio lock: bad() holds a folio lock [reclaim-lock-inversion, medium confidence]
	// CHECK: reclaim -> folio lock: only with __GFP_FS:
	// CHECK: in scan: waits for folio lock (folio_lock)
	folio_unlock(folio);
}

void fixed(struct folio *folio)
{
	folio_lock(folio);
	folio->private = kmalloc(64, GFP_NOFS);
	folio_unlock(folio);
}

int init(void)
{
	return register_shrinker(&shrinker, "folios") ?: register_shrinker(&trying, "trying");
}
