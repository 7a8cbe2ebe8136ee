/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H

#include <linux/alloc_tag.h>
#include <linux/gfp_types.h>

struct page;

extern gfp_t gfp_allowed_mask;

static inline bool gfpflags_allow_blocking(const gfp_t gfp_flags)
{
	return !!(gfp_flags & __GFP_DIRECT_RECLAIM);
}

/* An allocation that names no flags has these: kzalloc_obj(*p). */
#define __default_gfp(a, b, ...) b
#define default_gfp(...) __default_gfp(, ##__VA_ARGS__, GFP_KERNEL)

struct page *alloc_pages_noprof(gfp_t gfp, unsigned int order);
#define alloc_pages(...) alloc_hooks(alloc_pages_noprof(__VA_ARGS__))
#define alloc_page(gfp) alloc_pages(gfp, 0)

unsigned long get_free_pages_noprof(gfp_t gfp, unsigned int order);
#define __get_free_pages(...) alloc_hooks(get_free_pages_noprof(__VA_ARGS__))
#define __get_free_page(gfp) __get_free_pages(gfp, 0)

void __free_pages(struct page *page, unsigned int order);

#endif
