// RUN: %analyze --check=gfp-mismatch %s | FileCheck %s --implicit-check-not=warning:
//
// vmalloc waits, whatever it is given. kvmalloc() does without it then.

#include <linux/slab.h>
#include <linux/vmalloc.h>

void *slot;

void bad(unsigned long n)
{
	slot = __vmalloc(n, GFP_ATOMIC);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: __vmalloc() waits for memory and sleeps, although it is given GFP_ATOMIC [gfp-mismatch, high confidence]
	// CHECK: fix: use kmalloc() or alloc_pages(), or allocate where it can wait
}

void fixed(unsigned long n)
{
	slot = __vmalloc(n, GFP_NOFS);
	slot = kvmalloc(n, GFP_NOWAIT);
	slot = kmalloc(n, GFP_ATOMIC);
}
