// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Readahead: puts locked folios into the cache, then has the filesystem read them. Until it has
// submitted the reads, nobody may wait for these folios: no reclaim in there.
#include <linux/pagemap.h>
#include <linux/sched/mm.h>

struct folio *readahead_folio(struct readahead_control *ractl)
{
	struct folio *folio;

	if (!ractl->_nr_pages)
		return NULL;
	ractl->_nr_pages--;
	folio = ractl->mapping->folios;
	while (folio && folio->index != ractl->_index)
		folio = folio->next;
	ractl->_index++;
	return folio;
}

static void read_pages(struct readahead_control *rac)
{
	const struct address_space_operations *aops = rac->mapping->a_ops;
	struct folio *folio;

	if (aops->readahead) {
		aops->readahead(rac);
	} else {
		while ((folio = readahead_folio(rac)))
			aops->read_folio(rac->file, folio);
	}
}

void page_cache_ra_unbounded(struct readahead_control *ractl, unsigned long nr_to_read,
			     unsigned long lookahead_size)
{
	gfp_t gfp_mask = readahead_gfp_mask(ractl->mapping);
	unsigned int nofs = memalloc_nofs_save();
	unsigned long i;

	for (i = 0; i < nr_to_read; i++) {
		struct folio *folio = filemap_alloc_folio(gfp_mask, 0);

		if (!folio)
			break;
		if (filemap_add_folio(ractl->mapping, folio, ractl->_index + i, gfp_mask)) {
			folio_put(folio);
			break;
		}
		ractl->_nr_pages++;
	}
	read_pages(ractl);
	memalloc_nofs_restore(nofs);
}
