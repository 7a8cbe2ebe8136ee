// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Virtually contiguous memory: pages, and page tables that map them. The page tables are
// allocated deep down with GFP_KERNEL whatever was asked for, hence the scopes.
#include <linux/kernel.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include "internal.h"

#define GFP_PGTABLE_KERNEL (GFP_KERNEL | __GFP_ZERO)

static DEFINE_SPINLOCK(vmap_area_lock);
static unsigned long vmap_end;
static unsigned long *vmap_pgd;

int vmap_pages_range(unsigned long addr, unsigned long end)
{
	if (!vmap_pgd)
		vmap_pgd = (unsigned long *)__get_free_page(GFP_PGTABLE_KERNEL);
	return vmap_pgd ? 0 : -ENOMEM;
}

static void *__vmalloc_area(unsigned long addr, size_t size, gfp_t gfp)
{
	unsigned int flags;
	int ret;

	if (!alloc_pages(gfp | __GFP_NOWARN, 0))
		return NULL;

	if ((gfp & (__GFP_FS | __GFP_IO)) == __GFP_IO)
		flags = memalloc_nofs_save();
	else if ((gfp & (__GFP_FS | __GFP_IO)) == 0)
		flags = memalloc_noio_save();

	ret = vmap_pages_range(addr, addr + size);

	if ((gfp & (__GFP_FS | __GFP_IO)) == __GFP_IO)
		memalloc_nofs_restore(flags);
	else if ((gfp & (__GFP_FS | __GFP_IO)) == 0)
		memalloc_noio_restore(flags);

	return ret ? NULL : (void *)addr;
}

void *__vmalloc_noprof(size_t size, gfp_t gfp)
{
	unsigned long addr;

	might_sleep();
	spin_lock(&vmap_area_lock);
	addr = vmap_end;
	vmap_end += size;
	spin_unlock(&vmap_area_lock);
	return __vmalloc_area(addr, size, gfp);
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
