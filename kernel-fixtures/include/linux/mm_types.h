/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/types.h>

struct address_space;

typedef struct {
	unsigned long pte;
} pte_t;

struct page {
	unsigned long flags;
	struct page *next;
	struct address_space *mapping;
	unsigned long index;
	void *private;
};

/* One or more pages, seen as a unit. */
struct folio {
	union {
		struct {
			unsigned long flags;
			struct folio *next;
			struct address_space *mapping;
			unsigned long index;
			void *private;
		};
		struct page page;
	};
};

static inline struct folio *page_folio(struct page *page)
{
	return (struct folio *)page;
}

#endif
