// RUN: %analyze --check=oom-path %s | FileCheck %s --implicit-check-not=warning:
//
// Nobody helps the OOM reaper: it may neither wait for memory nor for whoever does.

#include <linux/mutex.h>
#include <linux/sched/coredump.h>
#include <linux/slab.h>

static DEFINE_MUTEX(alloc_lock);
static DEFINE_MUTEX(tried_lock);
static void *slot;

static bool reap(struct mm_struct *mm)
{
	void *batch = kmalloc(64, GFP_NOWAIT), *list;

	mutex_lock(&alloc_lock);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mutex_lock() may wait for alloc_lock in the OOM reaper, which fill() holds while it waits for memory [oom-path, high confidence]
	mutex_unlock(&alloc_lock);
	if (!mutex_trylock(&tried_lock))
		return false;
	mutex_unlock(&tried_lock);
	list = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may wait for memory in the OOM reaper, which is to make some [oom-path, high confidence]
	// CHECK: fix: allocate without __GFP_DIRECT_RECLAIM, or beforehand
	return batch && list;
}

void oom_reap_task(struct mm_struct *mm)
{
	reap(mm);
	set_bit(MMF_OOM_SKIP, &mm->flags);
	slot = kmalloc(64, GFP_KERNEL);
}

void fill(void)
{
	mutex_lock(&alloc_lock);
	slot = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&alloc_lock);
	mutex_lock(&tried_lock);
	slot = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&tried_lock);
}
