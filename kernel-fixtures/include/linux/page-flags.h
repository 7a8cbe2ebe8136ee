/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_PAGE_FLAGS_H
#define _LINUX_PAGE_FLAGS_H

#include <linux/bitops.h>
#include <linux/mm_types.h>

enum pageflags { PG_locked, PG_writeback, PG_dirty, PG_uptodate, PG_reclaim };

static inline bool folio_test_writeback(const struct folio *folio)
{
	return test_bit(PG_writeback, &folio->flags);
}

static inline bool folio_test_dirty(const struct folio *folio)
{
	return test_bit(PG_dirty, &folio->flags);
}

void __folio_start_writeback(struct folio *folio, bool keep_write);
#define folio_start_writeback(folio) __folio_start_writeback(folio, false)
#define folio_start_writeback_keepwrite(folio) __folio_start_writeback(folio, true)
void set_page_writeback(struct page *page);

#endif
