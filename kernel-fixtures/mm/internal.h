/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _MM_INTERNAL_H
#define _MM_INTERNAL_H

#include <linux/types.h>

struct zonelist;

unsigned long try_to_free_pages(struct zonelist *zonelist, int order, gfp_t gfp_mask,
				void *nodemask);
unsigned long shrink_slab(gfp_t gfp_mask, int nid);
int vmap_pages_range(unsigned long addr, unsigned long end);

#endif
