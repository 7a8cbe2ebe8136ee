// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A filesystem with a cache whose shrinker takes a lock. For audit-*.test and query-functions.test.

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct demo {
	struct mutex lock;
	spinlock_t spin;
	void *slot;
	struct work_struct work;
	struct shrinker *shrinker;
};

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long demo_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct demo *d = shrink->private_data;

	if (!(sc->gfp_mask & __GFP_FS))
		return SHRINK_STOP;
	mutex_lock(&d->lock);
	kfree(d->slot);
	mutex_unlock(&d->lock);
	return 1;
}

int demo_init(struct demo *d)
{
	d->shrinker = shrinker_alloc(0, "demo");
	if (!d->shrinker)
		return -ENOMEM;
	d->shrinker->count_objects = count;
	d->shrinker->scan_objects = demo_scan;
	d->shrinker->private_data = d;
	shrinker_register(d->shrinker);
	return 0;
}

/* Two uses under the lock: one scope in locked() would do for both. */
static noinline void first(struct demo *d)
{
	d->slot = kmalloc(1, GFP_NOFS);
}

static noinline void second(struct demo *d)
{
	d->slot = kmalloc(2, GFP_NOFS);
}

void locked(struct demo *d)
{
	mutex_lock(&d->lock);
	first(d);
	second(d);
	mutex_unlock(&d->lock);
}

/* Always in a scope. */
static noinline void inner(struct demo *d)
{
	d->slot = kmalloc(3,
			  GFP_NOFS);
}

void scoped(struct demo *d)
{
	unsigned int nofs = memalloc_nofs_save();

	mutex_lock(&d->lock);
	inner(d);
	mutex_unlock(&d->lock);
	memalloc_nofs_restore(nofs);
}

/* No lock is held. */
void plain(struct demo *d)
{
	d->slot = kmalloc(4, GFP_NOFS);
}

/* Under the lock it does not allocate. */
static noinline void fill(struct demo *d, int create)
{
	if (create)
		d->slot = kmalloc(5, GFP_NOFS);
}

void look_up(struct demo *d)
{
	mutex_lock(&d->lock);
	fill(d, 0);
	mutex_unlock(&d->lock);
}

void create(struct demo *d)
{
	fill(d, 1);
}

/* Given its scope by one caller, who says so with the argument, and held by the other. */
static noinline void nested(struct demo *d, int locked)
{
	unsigned int nofs = 0;

	if (!locked) {
		nofs = memalloc_nofs_save();
		mutex_lock(&d->lock);
	}
	d->slot = kmalloc(6, GFP_NOFS);
	if (!locked) {
		mutex_unlock(&d->lock);
		memalloc_nofs_restore(nofs);
	}
}

void begin_nested(struct demo *d)
{
	nested(d, 0);
}

/* Which lock is not known. */
void any_lock(struct mutex *m, struct demo *d)
{
	mutex_lock(m);
	d->slot = kmalloc(7, GFP_NOFS);
	mutex_unlock(m);
}

void noio(struct demo *d)
{
	mutex_lock(&d->lock);
	d->slot = kmalloc(8, GFP_NOIO);
	mutex_unlock(&d->lock);
}

void atomic(struct demo *d)
{
	spin_lock(&d->spin);
	d->slot = kmalloc(9, GFP_ATOMIC);
	spin_unlock(&d->spin);
}

void not_atomic(struct demo *d)
{
	d->slot = kmalloc(10, GFP_ATOMIC);
}

void hushed(struct demo *d)
{
	mutex_lock(&d->lock);
	d->slot = kmalloc(11, GFP_KERNEL | __GFP_NOLOCKDEP);
	mutex_unlock(&d->lock);
	d->slot = kmalloc(12, GFP_KERNEL | __GFP_NOLOCKDEP);
}

/* What a function is given. */
void *demo_alloc(gfp_t gfp)
{
	return kmalloc(13, gfp | __GFP_ZERO);
}

void give(struct demo *d)
{
	d->slot = demo_alloc(GFP_KERNEL);
	atomic(d);
	d->slot = demo_alloc(GFP_ATOMIC);
}

struct demo_ops {
	void (*run)(struct demo *d);
};

const struct demo_ops demo_ops = {
	.run = give,
};

void run(struct demo *d, const struct demo_ops *ops)
{
	ops->run(d);
}

/* What is passed on under the lock is called later, without it. */
struct demo_later {
	void (*fn)(struct demo *d);
};

static void fill_later(struct demo *d)
{
	d->slot = kmalloc(14, GFP_NOFS);
}

static noinline void defer(struct demo_later *l, void (*fn)(struct demo *d))
{
	l->fn = fn;
}

void arm(struct demo *d, struct demo_later *l)
{
	mutex_lock(&d->lock);
	defer(l, fill_later);
	mutex_unlock(&d->lock);
}

void run_later(struct demo *d, struct demo_later *l)
{
	l->fn(d);
}
