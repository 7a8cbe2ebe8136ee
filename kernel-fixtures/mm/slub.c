// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The slab allocator: a free list per cache, refilled by the page allocator.
#include <linux/preempt.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct kmem_cache *kmalloc_caches[KMALLOC_CACHES];

static void *get_freelist(struct kmem_cache *s)
{
	void *object;

	preempt_disable();
	object = s->freelist;
	if (object)
		s->freelist = *(void **)object;
	preempt_enable();
	return object;
}

static void *new_slab(struct kmem_cache *s, gfp_t flags)
{
	return alloc_pages(flags & ~__GFP_ZERO, 0);
}

static void *slab_alloc_node(struct kmem_cache *s, gfp_t flags)
{
	void *object;

	flags &= gfp_allowed_mask;
	might_alloc(flags);
	object = get_freelist(s);
	if (!object)
		object = new_slab(s, flags);
	if (object && (flags & __GFP_ZERO))
		memset(object, 0, s->object_size);
	return object;
}

void *kmem_cache_alloc_noprof(struct kmem_cache *s, gfp_t flags)
{
	return slab_alloc_node(s, flags);
}

void *__kmalloc_cache_noprof(struct kmem_cache *s, gfp_t flags, size_t size)
{
	return slab_alloc_node(s, flags);
}

void *__kmalloc_large_noprof(size_t size, gfp_t flags)
{
	return alloc_pages(flags, 1);
}

void *__kmalloc_noprof(size_t size, gfp_t flags)
{
	if (size > KMALLOC_MAX_CACHE_SIZE)
		return __kmalloc_large_noprof(size, flags);
	return slab_alloc_node(kmalloc_caches[kmalloc_index(size)], flags);
}

void *kmemdup_noprof(const void *src, size_t len, gfp_t gfp)
{
	void *p = kmalloc_noprof(len, gfp);

	if (p)
		memcpy(p, src, len);
	return p;
}

void kmem_cache_free(struct kmem_cache *s, void *object)
{
	preempt_disable();
	*(void **)object = s->freelist;
	s->freelist = object;
	preempt_enable();
}

void kfree(const void *object)
{
	if (object)
		kmem_cache_free(kmalloc_caches[0], (void *)object);
}
