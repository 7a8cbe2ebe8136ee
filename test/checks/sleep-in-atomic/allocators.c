// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Allocators are recognised by what their bodies do with the flags, wrappers of wrappers included.

#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

static DEFINE_SPINLOCK(lock);
static struct kmem_cache *cache;
static void *p;
static unsigned long page;

void bad(size_t size)
{
	spin_lock(&lock);
	p = kzalloc(size, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kzalloc() may sleep {{.*}}high confidence]
	p = kmem_cache_alloc(cache, GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmem_cache_alloc() may sleep {{.*}}high confidence]
	p = kvmalloc(size, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kvmalloc() may sleep {{.*}}high confidence]
	p = vmalloc(size);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: vmalloc() may sleep {{.*}}high confidence]
	page = __get_free_page(GFP_NOIO);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: __get_free_page() may sleep {{.*}}high confidence]
	p = kmalloc(1 << 20, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep {{.*}}high confidence]
	spin_unlock(&lock);
}

void fixed(size_t size)
{
	spin_lock(&lock);
	p = kzalloc(size, GFP_ATOMIC);
	p = kmem_cache_alloc(cache, GFP_NOWAIT);
	p = kvmalloc(size, GFP_NOWAIT);
	page = __get_free_page(GFP_ATOMIC);
	p = kmalloc(1 << 20, GFP_ATOMIC);
	kfree(p);
	spin_unlock(&lock);
}
