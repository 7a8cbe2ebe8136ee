// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The page cache: finds and makes folios; their lock and their writeback bit.
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/writeback.h>

static wait_queue_head_t folio_wait_table;

void __folio_lock(struct folio *folio)
{
	wait_event(folio_wait_table, folio_trylock(folio));
}

void folio_unlock(struct folio *folio)
{
	clear_bit(PG_locked, &folio->flags);
	wake_up(&folio_wait_table);
}

void folio_wait_writeback(struct folio *folio)
{
	wait_event(folio_wait_table, !folio_test_writeback(folio));
}

void folio_end_writeback(struct folio *folio)
{
	clear_bit(PG_writeback, &folio->flags);
	wake_up(&folio_wait_table);
}

void folio_put(struct folio *folio)
{
	__free_pages(&folio->page, 0);
}

struct folio *filemap_alloc_folio_noprof(gfp_t gfp, unsigned int order)
{
	return (struct folio *)alloc_pages_noprof(gfp | __GFP_COMP, order);
}

int filemap_add_folio(struct address_space *mapping, struct folio *folio, unsigned long index,
		      gfp_t gfp)
{
	void *node = kmalloc(64, gfp & ~__GFP_HIGHMEM);

	if (!node)
		return -ENOMEM;
	folio_trylock(folio);
	folio->mapping = mapping;
	folio->index = index;
	folio->private = node;
	folio->next = mapping->folios;
	mapping->folios = folio;
	return 0;
}

struct folio *__filemap_get_folio(struct address_space *mapping, unsigned long index,
				  fgf_t fgp_flags, gfp_t gfp)
{
	struct folio *folio;
	int err;

	for (folio = mapping->folios; folio; folio = folio->next) {
		if (folio->index != index)
			continue;
		if (fgp_flags & FGP_LOCK)
			folio_lock(folio);
		return folio;
	}
	if (!(fgp_flags & FGP_CREAT))
		return ERR_PTR(-ENOENT);
	folio = filemap_alloc_folio(gfp, 0);
	if (!folio)
		return ERR_PTR(-ENOMEM);
	err = filemap_add_folio(mapping, folio, index, gfp);
	if (err) {
		folio_put(folio);
		return ERR_PTR(err);
	}
	return folio;
}

int filemap_fdatawrite_wbc(struct address_space *mapping, struct writeback_control *wbc)
{
	return do_writepages(mapping, wbc);
}
