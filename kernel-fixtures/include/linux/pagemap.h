/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The page cache. */
#ifndef _LINUX_PAGEMAP_H
#define _LINUX_PAGEMAP_H

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/page-flags.h>

typedef unsigned int fgf_t;
#define FGP_LOCK ((fgf_t)0x02)
#define FGP_CREAT ((fgf_t)0x04)

/* With these flags the cache allocates its pages. */
static inline gfp_t mapping_gfp_mask(struct address_space *mapping)
{
	return mapping->gfp_mask;
}

static inline gfp_t mapping_gfp_constraint(struct address_space *mapping, gfp_t gfp_mask)
{
	return mapping_gfp_mask(mapping) & gfp_mask;
}

static inline void mapping_set_gfp_mask(struct address_space *m, gfp_t mask)
{
	m->gfp_mask = mask;
}

static inline gfp_t readahead_gfp_mask(struct address_space *x)
{
	return mapping_gfp_mask(x) | __GFP_NORETRY | __GFP_NOWARN;
}

struct folio *filemap_alloc_folio_noprof(gfp_t gfp, unsigned int order);
#define filemap_alloc_folio(...) alloc_hooks(filemap_alloc_folio_noprof(__VA_ARGS__))
int filemap_add_folio(struct address_space *mapping, struct folio *folio, unsigned long index,
		      gfp_t gfp);
struct folio *__filemap_get_folio(struct address_space *mapping, unsigned long index,
				  fgf_t fgp_flags, gfp_t gfp);

static inline struct folio *filemap_lock_folio(struct address_space *mapping, unsigned long index)
{
	return __filemap_get_folio(mapping, index, FGP_LOCK, 0);
}

/* The folio at index, locked and made if need be. */
static inline struct folio *filemap_grab_folio(struct address_space *mapping, unsigned long index)
{
	return __filemap_get_folio(mapping, index, FGP_LOCK | FGP_CREAT,
				   mapping_gfp_mask(mapping));
}

void __folio_lock(struct folio *folio);
void folio_unlock(struct folio *folio);
void folio_put(struct folio *folio);
void folio_wait_writeback(struct folio *folio);
void folio_end_writeback(struct folio *folio);
void end_page_writeback(struct page *page);

static inline bool folio_trylock(struct folio *folio)
{
	return !test_and_set_bit(PG_locked, &folio->flags);
}

static inline void folio_lock(struct folio *folio)
{
	might_sleep();
	if (!folio_trylock(folio))
		__folio_lock(folio);
}

struct readahead_control {
	struct file *file;
	struct address_space *mapping;
	unsigned long _index;
	unsigned int _nr_pages;
	unsigned int _batch_count;
};

struct folio *readahead_folio(struct readahead_control *ractl);
void page_cache_ra_unbounded(struct readahead_control *ractl, unsigned long nr_to_read,
			     unsigned long lookahead_size);

#endif
