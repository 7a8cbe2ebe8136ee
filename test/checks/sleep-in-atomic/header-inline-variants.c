// RUN: split-file %s %t
// RUN: %{fixtures}/compile-commands %t/build %t/plain.c %t/atomic.c
// RUN: %not %gfpcheck analyze -p %t/build | FileCheck %s --implicit-check-not=warning:
//
// The same lines of a header mean something else in a file that defines a macro first: the two
// must not share what is known of them.
//
// CHECK: warning: {{.*}} may sleep in atomic context: bad() holds spinlock {{.*}}lock{{.*}}high confidence]
//--- pool.h
#include <linux/slab.h>
#include <linux/spinlock.h>

#ifndef POOL_GFP
#define POOL_GFP GFP_KERNEL
#endif

static inline void *pool_get(void)
{
	return kmalloc(64, POOL_GFP);
}

//--- plain.c
#include "pool.h"

static DEFINE_SPINLOCK(lock);
static void *p;

void bad(void)
{
	spin_lock(&lock);
	p = pool_get();
	spin_unlock(&lock);
}

//--- atomic.c
#define POOL_GFP GFP_ATOMIC
#include "pool.h"

static DEFINE_SPINLOCK(lock);
static void *p;

void fixed(void)
{
	spin_lock(&lock);
	p = pool_get();
	spin_unlock(&lock);
}
