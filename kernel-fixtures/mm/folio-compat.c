// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The page cache's functions for code that still has pages.
#include <linux/pagemap.h>

void set_page_writeback(struct page *page)
{
	folio_start_writeback(page_folio(page));
}

void end_page_writeback(struct page *page)
{
	folio_end_writeback(page_folio(page));
}
