/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/alloc_tag.h>
#include <linux/cleanup.h>
#include <linux/gfp.h>

struct kmem_cache {
	const char *name;
	unsigned int object_size;
	void (*ctor)(void *object);
	void *freelist;
};

#define KMALLOC_MAX_CACHE_SIZE 8192ul
#define KMALLOC_CACHES 14
extern struct kmem_cache *kmalloc_caches[KMALLOC_CACHES];

static __always_inline unsigned int kmalloc_index(size_t size)
{
	unsigned int index = 3;

	while ((1ul << index) < size)
		index++;
	return index;
}

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, void (*ctor)(void *));

void *__kmalloc_noprof(size_t size, gfp_t flags);
void *__kmalloc_large_noprof(size_t size, gfp_t flags);
void *__kmalloc_cache_noprof(struct kmem_cache *s, gfp_t flags, size_t size);
void *kmem_cache_alloc_noprof(struct kmem_cache *s, gfp_t flags);
#define kmem_cache_alloc(...) alloc_hooks(kmem_cache_alloc_noprof(__VA_ARGS__))
void kmem_cache_free(struct kmem_cache *s, void *object);

static __always_inline void *kmalloc_noprof(size_t size, gfp_t flags)
{
	if (__builtin_constant_p(size) && size) {
		if (size > KMALLOC_MAX_CACHE_SIZE)
			return __kmalloc_large_noprof(size, flags);
		return __kmalloc_cache_noprof(kmalloc_caches[kmalloc_index(size)], flags, size);
	}
	return __kmalloc_noprof(size, flags);
}
#define kmalloc(...) alloc_hooks(kmalloc_noprof(__VA_ARGS__))

static inline void *kzalloc_noprof(size_t size, gfp_t flags)
{
	return kmalloc_noprof(size, flags | __GFP_ZERO);
}
#define kzalloc(...) alloc_hooks(kzalloc_noprof(__VA_ARGS__))

static inline void *kcalloc_noprof(size_t n, size_t size, gfp_t flags)
{
	return kzalloc_noprof(n * size, flags);
}
#define kcalloc(...) alloc_hooks(kcalloc_noprof(__VA_ARGS__))

#define kmalloc_obj(p, ...) kmalloc(sizeof(p), default_gfp(__VA_ARGS__))
#define kzalloc_obj(p, ...) kzalloc(sizeof(p), default_gfp(__VA_ARGS__))

void *kmemdup_noprof(const void *src, size_t len, gfp_t gfp);
#define kmemdup(...) alloc_hooks(kmemdup_noprof(__VA_ARGS__))

void *kvmalloc_noprof(size_t size, gfp_t flags);
#define kvmalloc(...) alloc_hooks(kvmalloc_noprof(__VA_ARGS__))

void kfree(const void *object);
void kvfree(const void *object);

DEFINE_FREE(kfree, void *, if (_T) kfree(_T))
DEFINE_FREE(kvfree, void *, if (_T) kvfree(_T))

#endif
