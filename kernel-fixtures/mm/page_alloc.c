// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The page allocator: with __GFP_DIRECT_RECLAIM it may wait for memory.
#include <linux/gfp.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>

struct page {
	struct page *next;
};

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

static struct page *alloc_pages_slowpath(gfp_t gfp)
{
	struct page *page;

	for (;;) {
		page = rmqueue();
		if (page || !(gfp & __GFP_DIRECT_RECLAIM))
			return page;
		cond_resched();
		schedule_timeout(1);
		if (gfp & __GFP_NORETRY)
			return NULL;
	}
}

struct page *alloc_pages_noprof(gfp_t gfp, unsigned int order)
{
	struct page *page;

	gfp &= gfp_allowed_mask;
	might_alloc(gfp);
	page = order ? NULL : rmqueue();
	if (!page)
		page = alloc_pages_slowpath(gfp);
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
