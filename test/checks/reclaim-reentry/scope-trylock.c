// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A trylock wrapper that opens its scope only when it gets the lock.

#include <linux/mutex.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct vm {
	struct mutex eviction_lock;
	unsigned int saved_flags;
	struct folio *folio;
	void *entry;
};

static inline bool vm_trylock(struct vm *vm)
{
	if (mutex_trylock(&vm->eviction_lock)) {
		vm->saved_flags = memalloc_noreclaim_save();
		return true;
	}
	return false;
}

static inline void vm_unlock(struct vm *vm)
{
	mutex_unlock(&vm->eviction_lock);
	memalloc_noreclaim_restore(vm->saved_flags);
}

void bad(struct vm *vm)
{
	folio_start_writeback(vm->folio);
	if (!vm_trylock(vm)) {
		vm->entry = kmalloc(64, GFP_KERNEL);
		// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, high confidence]
	} else {
		vm->entry = kmalloc(32, GFP_KERNEL);
		vm_unlock(vm);
	}
	folio_end_writeback(vm->folio);
}

void bad_after(struct vm *vm)
{
	folio_start_writeback(vm->folio);
	if (vm_trylock(vm))
		vm_unlock(vm);
	vm->entry = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_after() {{.*}}[reclaim-reentry, high confidence]
	folio_end_writeback(vm->folio);
}

void fixed(struct vm *vm)
{
	if (!vm_trylock(vm))
		return;
	folio_start_writeback(vm->folio);
	vm->entry = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(vm->folio);
	vm_unlock(vm);
}
