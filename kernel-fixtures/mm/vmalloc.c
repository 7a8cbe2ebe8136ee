// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Virtually contiguous memory: the page tables are allocated with GFP_KERNEL.
#include <linux/kernel.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

static DEFINE_SPINLOCK(vmap_area_lock);
static unsigned long vmap_end;

void *__vmalloc_noprof(size_t size, gfp_t gfp)
{
	unsigned long addr;

	might_sleep();
	if (!alloc_pages(gfp | __GFP_NOWARN, 0))
		return NULL;
	spin_lock(&vmap_area_lock);
	addr = vmap_end;
	vmap_end += size;
	spin_unlock(&vmap_area_lock);
	return (void *)addr;
}

void *vmalloc_noprof(size_t size)
{
	return __vmalloc_noprof(size, GFP_KERNEL);
}

void vfree(const void *addr)
{
	might_sleep();
	spin_lock(&vmap_area_lock);
	if ((unsigned long)addr < vmap_end)
		vmap_end = (unsigned long)addr;
	spin_unlock(&vmap_area_lock);
}

void *kvmalloc_noprof(size_t size, gfp_t flags)
{
	void *p = kmalloc_noprof(size, flags | __GFP_NOWARN);

	if (p || !gfpflags_allow_blocking(flags))
		return p;
	return __vmalloc_noprof(size, flags);
}

void kvfree(const void *object)
{
	if ((unsigned long)object < vmap_end)
		vfree(object);
	else
		kfree(object);
}
