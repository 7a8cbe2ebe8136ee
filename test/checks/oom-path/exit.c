// RUN: %analyze --check=oom-path %s | FileCheck %s --implicit-check-not=warning:
//
// What an OOM victim waits for until its memory is free must not wait for memory. Nor may it where
// only the OOM reaper would help. What comes behind MMF_OOM_SKIP, or is given up without memory, or
// is a lock that the reaper only tries, is nobody's trouble.

#include <linux/mutex.h>
#include <linux/sched/coredump.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

static DEFINE_MUTEX(alloc_lock);
static DEFINE_MUTEX(quick_lock);
static DEFINE_MUTEX(late_lock);
static struct work_struct refill;
static void *slot;

static void release_slots(void)
{
	mutex_lock(&alloc_lock);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mutex_lock() may wait for alloc_lock in the exit of an OOM victim, which fill() holds while it waits for memory [oom-path, medium confidence]
	// CHECK: the exit of an OOM victim -> alloc_lock:
	// CHECK: in __mmput: the exit of an OOM victim begins
	// CHECK: in exit_mmap: calls release_slots()
	// CHECK: alloc_lock -> memory: the lock is held across an allocation:
	// CHECK: in fill: takes mutex &alloc_lock (mutex_lock)
	// CHECK: fix: allocate before fill() takes it, or only try it here
	mutex_unlock(&alloc_lock);
	mutex_lock(&quick_lock);
	mutex_unlock(&quick_lock);
}

static void stop_refill(void)
{
	flush_work(&refill);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: flush_work() may wait for refill in the exit of an OOM victim, which do_refill() does, which waits for memory [oom-path, medium confidence]
	// CHECK: fix: do not wait for it here, or allocate in do_refill() without __GFP_DIRECT_RECLAIM
}

static void exit_mmap(struct mm_struct *mm)
{
	release_slots();
	stop_refill();
	down_read(&mm->mmap_lock);
	mm->busy = 0;
	up_read(&mm->mmap_lock);
	set_bit(MMF_OOM_SKIP, &mm->flags);
	mutex_lock(&late_lock);
	slot = NULL;
	mutex_unlock(&late_lock);
}

void __mmput(struct mm_struct *mm)
{
	exit_mmap(mm);
	mutex_lock(&late_lock);
	mutex_unlock(&late_lock);
}

void oom_reap_task(struct mm_struct *mm)
{
	if (down_read_trylock(&mm->mmap_lock)) {
		mm->busy = 0;
		up_read(&mm->mmap_lock);
	}
	set_bit(MMF_OOM_SKIP, &mm->flags);
}

void fill(void)
{
	mutex_lock(&alloc_lock);
	slot = kmalloc(64, GFP_NOIO);
	mutex_unlock(&alloc_lock);
	mutex_lock(&quick_lock);
	slot = kmalloc(64, GFP_NOWAIT);
	mutex_unlock(&quick_lock);
	mutex_lock(&late_lock);
	slot = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&late_lock);
}

void map(struct mm_struct *mm)
{
	down_write(&mm->mmap_lock);
	slot = kmalloc(64, GFP_KERNEL);
	up_write(&mm->mmap_lock);
}

static void do_refill(struct work_struct *work)
{
	slot = kmalloc(64, GFP_KERNEL);
}

void setup(void)
{
	INIT_WORK(&refill, do_refill);
}
