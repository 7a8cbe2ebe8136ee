// RUN: %analyze --check=memalloc-scope %s | FileCheck %s --implicit-check-not=warning:
//
// memalloc_flags_save() opens as many scopes as it is given bits; one token ends them all.

#include <linux/errno.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

int work(void *p);

int bad_one(void *p)
{
	unsigned int token = memalloc_flags_save(PF_MEMALLOC_NOFS);

	if (work(p))
		return -EIO;
	// CHECK: flags-save.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_one() returns with a memalloc_nofs scope open: the token that memalloc_flags_save() returned is given to nobody on this path [memalloc-scope, high confidence]
	// CHECK: fix: call memalloc_flags_restore() before this return, too
	memalloc_flags_restore(token);
	return 0;
}

int fixed_one(void *p)
{
	unsigned int token = memalloc_flags_save(PF_MEMALLOC_NOFS);
	int err = work(p);

	memalloc_flags_restore(token);
	return err;
}

int fixed_two(void *p)
{
	unsigned int token = memalloc_flags_save(PF_MEMALLOC_NOIO | PF_MEMALLOC_PIN);
	int err = work(p);

	memalloc_flags_restore(token);
	return err;
}

static unsigned int enter(void)
{
	return memalloc_flags_save(PF_MEMALLOC_NOFS);
}

int fixed_wrapper(void *p)
{
	unsigned int token = enter();
	int err = work(p);

	memalloc_flags_restore(token);
	return err;
}
