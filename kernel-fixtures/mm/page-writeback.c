// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writeback of a mapping: the loop over its dirty folios.
#include <linux/pagemap.h>
#include <linux/writeback.h>

void __folio_start_writeback(struct folio *folio, bool keep_write)
{
	test_and_set_bit(PG_writeback, &folio->flags);
}

/* The next dirty folio, locked; the previous one has been dealt with. */
struct folio *writeback_iter(struct address_space *mapping, struct writeback_control *wbc,
			     struct folio *folio, int *error)
{
	folio = folio ? folio->next : mapping->folios;
	while (folio && !folio_test_dirty(folio))
		folio = folio->next;
	if (folio)
		folio_lock(folio);
	return folio;
}

int write_cache_pages(struct address_space *mapping, struct writeback_control *wbc,
		      writepage_t writepage, void *data)
{
	struct folio *folio = NULL;
	int error = 0;

	while ((folio = writeback_iter(mapping, wbc, folio, &error)))
		error = writepage(folio, wbc, data);
	return error;
}

static int writeback_use_writepage(struct address_space *mapping, struct writeback_control *wbc)
{
	struct folio *folio = NULL;
	int error = 0;

	while ((folio = writeback_iter(mapping, wbc, folio, &error)))
		error = mapping->a_ops->writepage(&folio->page, wbc);
	return error;
}

int do_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	if (mapping->a_ops->writepages)
		return mapping->a_ops->writepages(mapping, wbc);
	if (mapping->a_ops->writepage)
		return writeback_use_writepage(mapping, wbc);
	return 0;
}
