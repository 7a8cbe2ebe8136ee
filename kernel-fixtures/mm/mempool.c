// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pools of elements kept back: an allocation from one waits for an element to be freed, but does
// not fail.
#include <linux/mempool.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

static void *remove_element(mempool_t *pool)
{
	void *element = NULL;
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	if (pool->curr_nr)
		element = pool->elements[--pool->curr_nr];
	spin_unlock_irqrestore(&pool->lock, flags);
	return element;
}

int mempool_init_node(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
		      mempool_free_t *free_fn, void *pool_data, gfp_t gfp_mask, int node_id)
{
	pool->pool_data = pool_data;
	pool->alloc = alloc_fn;
	pool->free = free_fn;
	init_waitqueue_head(&pool->wait);
	pool->elements = kmalloc(min_nr * sizeof(void *), gfp_mask);
	if (!pool->elements)
		return -ENOMEM;
	for (pool->min_nr = min_nr; pool->curr_nr < min_nr; pool->curr_nr++) {
		void *element = pool->alloc(gfp_mask, pool->pool_data);

		if (!element)
			return -ENOMEM;
		pool->elements[pool->curr_nr] = element;
	}
	return 0;
}

int mempool_init_noprof(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
			mempool_free_t *free_fn, void *pool_data)
{
	return mempool_init_node(pool, min_nr, alloc_fn, free_fn, pool_data, GFP_KERNEL, -1);
}

void *mempool_alloc_noprof(mempool_t *pool, gfp_t gfp_mask)
{
	gfp_t gfp_temp;
	void *element;

	might_alloc(gfp_mask);
	gfp_mask |= __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN;
	gfp_temp = gfp_mask & ~(__GFP_DIRECT_RECLAIM | __GFP_IO);
	for (;;) {
		element = pool->alloc(gfp_temp, pool->pool_data);
		if (!element)
			element = remove_element(pool);
		if (element || !(gfp_mask & __GFP_DIRECT_RECLAIM))
			return element;
		if (gfp_temp == gfp_mask)
			wait_event(pool->wait, pool->curr_nr);
		gfp_temp = gfp_mask;
	}
}

void mempool_free(void *element, mempool_t *pool)
{
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	if (pool->curr_nr < pool->min_nr) {
		pool->elements[pool->curr_nr++] = element;
		spin_unlock_irqrestore(&pool->lock, flags);
		wake_up(&pool->wait);
		return;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	pool->free(element, pool->pool_data);
}

void *mempool_alloc_slab(gfp_t gfp_mask, void *pool_data)
{
	return kmem_cache_alloc(pool_data, gfp_mask);
}

void mempool_free_slab(void *element, void *pool_data)
{
	kmem_cache_free(pool_data, element);
}

void *mempool_kmalloc(gfp_t gfp_mask, void *pool_data)
{
	return kmalloc((size_t)pool_data, gfp_mask);
}

void mempool_kfree(void *element, void *pool_data)
{
	kfree(element);
}
