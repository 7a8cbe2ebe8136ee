/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Reserves: a pool keeps elements back for when there is no memory. */
#ifndef _LINUX_MEMPOOL_H
#define _LINUX_MEMPOOL_H

#include <linux/alloc_tag.h>
#include <linux/wait.h>

struct kmem_cache;

typedef void *(mempool_alloc_t)(gfp_t gfp_mask, void *pool_data);
typedef void (mempool_free_t)(void *element, void *pool_data);

typedef struct mempool_s {
	spinlock_t lock;
	int min_nr, curr_nr;
	void **elements;
	void *pool_data;
	mempool_alloc_t *alloc;
	mempool_free_t *free;
	wait_queue_head_t wait;
} mempool_t;

int mempool_init_node(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
		      mempool_free_t *free_fn, void *pool_data, gfp_t gfp_mask, int node_id);
int mempool_init_noprof(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
			mempool_free_t *free_fn, void *pool_data);
#define mempool_init(...) alloc_hooks(mempool_init_noprof(__VA_ARGS__))
void *mempool_alloc_noprof(mempool_t *pool, gfp_t gfp_mask);
#define mempool_alloc(...) alloc_hooks(mempool_alloc_noprof(__VA_ARGS__))
void mempool_free(void *element, mempool_t *pool);

void *mempool_alloc_slab(gfp_t gfp_mask, void *pool_data);
void mempool_free_slab(void *element, void *pool_data);
#define mempool_init_slab_pool(_pool, _min_nr, _kc)                    \
	mempool_init(_pool, (_min_nr), mempool_alloc_slab, mempool_free_slab, (void *)(_kc))

void *mempool_kmalloc(gfp_t gfp_mask, void *pool_data);
void mempool_kfree(void *element, void *pool_data);
#define mempool_init_kmalloc_pool(_pool, _min_nr, _size)               \
	mempool_init(_pool, (_min_nr), mempool_kmalloc, mempool_kfree, \
		     (void *)(unsigned long)(_size))

#endif
