// RUN: %analyze --check=memalloc-scope --min-confidence=low %s | FileCheck %s --implicit-check-not=warning:
//
// Bits of current->flags that are set and cleared by hand: the caller may have set them before.

#include <linux/errno.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

int transmit(void *p);

int bad_clear(void *p)
{
	int err;

	current->flags |= PF_MEMALLOC;
	err = transmit(p);
	current->flags &= ~PF_MEMALLOC;
	// CHECK: by-hand.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_clear() sets and clears PF_MEMALLOC in current->flags by hand, which ends the scope of a caller [memalloc-scope, medium confidence]
	// CHECK: by-hand.c:[[#@LINE-4]]: in bad_clear: sets PF_MEMALLOC in current->flags
	// CHECK: by-hand.c:[[#@LINE-3]]: in bad_clear: clears it, whatever it was before
	// CHECK: fix: use memalloc_noreclaim_save() and memalloc_noreclaim_restore()
	return err;
}

int bad_path(void *p)
{
	current->flags |= PF_MEMALLOC_NOIO;
	if (transmit(p))
		return -EIO;
	// CHECK: by-hand.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_path() returns with a memalloc_noio scope open: the bit that it set in current->flags is not cleared on this path [memalloc-scope, medium confidence]
	current->flags &= ~PF_MEMALLOC_NOIO;
	return 0;
}

int fixed_scope(void *p)
{
	unsigned int noreclaim = memalloc_noreclaim_save();
	int err = transmit(p);

	memalloc_noreclaim_restore(noreclaim);
	return err;
}

int fixed_saved(void *p)
{
	unsigned int flags = current->flags;
	int err;

	current->flags |= PF_MEMALLOC;
	err = transmit(p);
	current->flags &= ~PF_MEMALLOC;
	current->flags |= flags & PF_MEMALLOC;
	return err;
}

int fixed_tested(void *p)
{
	bool had = current->flags & PF_MEMALLOC;
	int err;

	current->flags |= PF_MEMALLOC;
	err = transmit(p);
	if (!had)
		current->flags &= ~PF_MEMALLOC;
	return err;
}

/* All of the flags, as they were before there was a scope. */
int bad_written_back(void *p)
{
	unsigned int flags = current->flags, nofs;
	int err;

	current->flags |= PF_MEMALLOC;
	nofs = memalloc_nofs_save();
	err = transmit(p);
	current->flags = flags;
	// CHECK: by-hand.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_written_back() writes all of current->flags back with a memalloc_nofs scope open, which ends it if they were read before it began [memalloc-scope, low confidence]
	err |= transmit(p);
	memalloc_nofs_restore(nofs);
	return err;
}

int fixed_written_back(void *p)
{
	unsigned int flags = current->flags, nofs;
	int err;

	current->flags |= PF_MEMALLOC;
	nofs = memalloc_nofs_save();
	err = transmit(p);
	memalloc_nofs_restore(nofs);
	current->flags = flags;
	return err;
}

/* Bits that stand for no scope. */
int fixed_other(void *p)
{
	int err;

	current->flags |= PF_EXITING;
	err = transmit(p);
	current->flags &= ~PF_EXITING;
	return err;
}
