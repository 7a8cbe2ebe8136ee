// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The page allocator: with __GFP_DIRECT_RECLAIM it frees memory in its caller's stack, and waits.
#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/mutex.h>
#include <linux/oom.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>

#include "internal.h"

static struct {
	spinlock_t lock;
	struct page *free_list;
} zone;

gfp_t gfp_allowed_mask = ~0u;

static struct page *rmqueue(void)
{
	struct page *page;
	unsigned long flags;

	spin_lock_irqsave(&zone.lock, flags);
	page = zone.free_list;
	if (page)
		zone.free_list = page->next;
	spin_unlock_irqrestore(&zone.lock, flags);
	return page;
}

static struct page *alloc_pages_direct_reclaim(gfp_t gfp, unsigned int order)
{
	unsigned int noreclaim = memalloc_noreclaim_save();
	unsigned long progress = try_to_free_pages(NULL, order, gfp, NULL);

	memalloc_noreclaim_restore(noreclaim);
	return progress ? rmqueue() : NULL;
}

static struct page *alloc_pages_may_oom(gfp_t gfp, unsigned int order)
{
	struct oom_control oc = { .gfp_mask = gfp, .order = order };
	struct page *page;

	if (!mutex_trylock(&oom_lock)) {
		schedule_timeout(1);
		return NULL;
	}
	page = rmqueue();
	if (!page)
		out_of_memory(&oc);
	mutex_unlock(&oom_lock);
	return page;
}

static struct page *alloc_pages_slowpath(gfp_t gfp, unsigned int order)
{
	struct page *page;

	for (;;) {
		page = rmqueue();
		if (page || !(gfp & __GFP_DIRECT_RECLAIM))
			return page;
		/* Reclaim allocates, too, and must not come back here. */
		if (current->flags & PF_MEMALLOC)
			return NULL;
		page = alloc_pages_direct_reclaim(gfp, order);
		if (page)
			return page;
		cond_resched();
		if (gfp & __GFP_NORETRY)
			return NULL;
		page = alloc_pages_may_oom(gfp, order);
		if (page)
			return page;
	}
}

struct page *alloc_pages_noprof(gfp_t gfp, unsigned int order)
{
	struct page *page;

	gfp = current_gfp_context(gfp & gfp_allowed_mask);
	might_alloc(gfp);
	page = order ? NULL : rmqueue();
	if (!page)
		page = alloc_pages_slowpath(gfp, order);
	return page;
}

unsigned long get_free_pages_noprof(gfp_t gfp, unsigned int order)
{
	return (unsigned long)alloc_pages_noprof(gfp & ~__GFP_HIGHMEM, order);
}

void __free_pages(struct page *page, unsigned int order)
{
	unsigned long flags;

	spin_lock_irqsave(&zone.lock, flags);
	page->next = zone.free_list;
	zone.free_list = page;
	spin_unlock_irqrestore(&zone.lock, flags);
}
