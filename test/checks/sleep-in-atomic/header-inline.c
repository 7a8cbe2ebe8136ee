// RUN: split-file %s %t
// RUN: %{fixtures}/compile-commands %t/build %t/a.c %t/b.c
// RUN: %not %gfpcheck analyze -p %t/build | FileCheck %s --implicit-check-not=warning:
//
// An inline in a header is one function to the analysis, called from two files: once with a lock
// held, once without.
//
// CHECK: reserve.h:{{[0-9]+}}:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad() holds spinlock {{.*}}lock{{.*}}high confidence]
// CHECK: a.c:{{[0-9]+}}: in bad: calls reserve()
// CHECK: in reserve: calls kmalloc
//--- reserve.h
#include <linux/slab.h>
#include <linux/spinlock.h>

static inline void *reserve(unsigned int size)
{
	return kmalloc(size, GFP_KERNEL);
}

//--- a.c
#include "reserve.h"

static DEFINE_SPINLOCK(lock);
static void *p;

void bad(void)
{
	spin_lock(&lock);
	p = reserve(64);
	spin_unlock(&lock);
}

//--- b.c
#include "reserve.h"

static DEFINE_SPINLOCK(lock);
static void *p;

void fixed(void)
{
	void *new = reserve(64);

	spin_lock(&lock);
	p = new;
	spin_unlock(&lock);
}
