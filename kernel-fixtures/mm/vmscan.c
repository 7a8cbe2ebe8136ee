// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reclaim: writes dirty folios back, has filesystems release what they keep with clean ones, takes
// pages from processes, and asks caches for memory. This is what an allocation may come to do in
// its caller's stack, and with which flags.
#include <linux/mmu_notifier.h>
#include <linux/pagemap.h>
#include <linux/writeback.h>

#include "internal.h"

struct scan_control {
	gfp_t gfp_mask;
	int order;
	unsigned long nr_reclaimed;
};

static struct folio *lru;

static int pageout(struct folio *folio, struct address_space *mapping)
{
	struct writeback_control wbc = { .sync_mode = WB_SYNC_NONE, .for_reclaim = 1 };

	if (!mapping->a_ops->writepage)
		return 0;
	return mapping->a_ops->writepage(&folio->page, &wbc);
}

/* Takes the folio from the processes that have it mapped. */
static void try_to_unmap(struct folio *folio)
{
	struct mmu_notifier_range range;

	mmu_notifier_range_init(&range, 0, NULL, folio->index, folio->index + 1);
	mmu_notifier_invalidate_range_start(&range);
	mmu_notifier_invalidate_range_end(&range);
}

static void shrink_folio_list(struct scan_control *sc)
{
	struct folio *folio;

	for (folio = lru; folio; folio = folio->next) {
		struct address_space *mapping = folio->mapping;

		if (!folio_trylock(folio))
			continue;
		if (folio_test_writeback(folio)) {
			if (sc->gfp_mask & __GFP_FS)
				folio_wait_writeback(folio);
			folio_unlock(folio);
			continue;
		}
		try_to_unmap(folio);
		if (folio_test_dirty(folio) && (sc->gfp_mask & __GFP_FS)) {
			pageout(folio, mapping); /* unlocks */
			continue;
		}
		if (folio->private && mapping->a_ops->release_folio &&
		    !mapping->a_ops->release_folio(folio, sc->gfp_mask)) {
			folio_unlock(folio);
			continue;
		}
		folio_unlock(folio);
		sc->nr_reclaimed++;
	}
}

unsigned long try_to_free_pages(struct zonelist *zonelist, int order, gfp_t gfp_mask,
				void *nodemask)
{
	struct scan_control sc = { .gfp_mask = gfp_mask, .order = order };

	shrink_folio_list(&sc);
	sc.nr_reclaimed += shrink_slab(sc.gfp_mask, 0);
	return sc.nr_reclaimed;
}
