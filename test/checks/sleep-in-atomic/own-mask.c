// RUN: rm -rf %t && cp -r %{fixtures} %t && split-file %s %t
// RUN: %t/compile-commands %t/build %t/drivers/net/hatch/hatch.c
// RUN: %not %gfpcheck analyze --check=sleep-in-atomic -p %t/build | FileCheck %s --implicit-check-not=warning:
//
// A driver that asks for memory with a mask that may sleep does so whatever it tests of its own data
// on the way: many conditions do not make that less sure.
//
// CHECK: drivers/net/hatch/hatch.c:18:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad() holds spinlock &h->lock [sleep-in-atomic, medium confidence]
//--- drivers/net/hatch/hatch.c
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct hatch {
	spinlock_t lock;
	int open, wide, deep, quick;
	void *slot;
};

static void grow(struct hatch *h)
{
	if (h->deep < h->wide)
		return;
	if (h->quick)
		h->quick--;
	else
		h->slot = kmalloc(64, GFP_KERNEL);
}

static void stretch(struct hatch *h)
{
	if (h->wide && !h->slot)
		grow(h);
}

static void widen(struct hatch *h)
{
	if (h->open > 3)
		stretch(h);
}

void bad(struct hatch *h)
{
	spin_lock(&h->lock);
	if (h->open)
		widen(h);
	spin_unlock(&h->lock);
}

// The mask does not allow it.
static void fixed_grow(struct hatch *h)
{
	if (h->deep < h->wide)
		return;
	if (h->quick)
		h->quick--;
	else
		h->slot = kmalloc(64, GFP_ATOMIC);
}

static void fixed_stretch(struct hatch *h)
{
	if (h->wide && !h->slot)
		fixed_grow(h);
}

void fixed(struct hatch *h)
{
	spin_lock(&h->lock);
	if (h->open)
		fixed_stretch(h);
	spin_unlock(&h->lock);
}
