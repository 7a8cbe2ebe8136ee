/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_WRITEBACK_H
#define _LINUX_WRITEBACK_H

#include <linux/fs.h>
#include <linux/mm_types.h>

enum writeback_sync_modes { WB_SYNC_NONE, WB_SYNC_ALL };

/* What is to be written back, and for whom. */
struct writeback_control {
	long nr_to_write;
	long pages_skipped;
	loff_t range_start, range_end;
	enum writeback_sync_modes sync_mode;
	unsigned for_kupdate : 1;
	unsigned for_background : 1;
	unsigned for_reclaim : 1;
	unsigned long index;
};

typedef int (*writepage_t)(struct folio *folio, struct writeback_control *wbc, void *data);

int write_cache_pages(struct address_space *mapping, struct writeback_control *wbc,
		      writepage_t writepage, void *data);
struct folio *writeback_iter(struct address_space *mapping, struct writeback_control *wbc,
			     struct folio *folio, int *error);
int do_writepages(struct address_space *mapping, struct writeback_control *wbc);
int filemap_fdatawrite_wbc(struct address_space *mapping, struct writeback_control *wbc);

#endif
