// RUN: %analyze --check=reclaim-lock-inversion --stats -o %t %s 2>&1 | FileCheck %s --check-prefix=STATS
// RUN: FileCheck %s --implicit-check-not=warning: < %t
//
// What the code says to lockdep counts although the kernel was built without it: subclasses are
// classes of their own, __GFP_NOLOCKDEP and lockdep_set_novalidate_class() ask for silence. How
// often that was heeded is told.
//
// STATS: locks: left out by annotations: 0 edges to reclaim with a key of their own, 3 with a subclass, 3 not to be validated, 3 with __GFP_NOLOCKDEP

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct pond {
	struct mutex lock, quiet, stats;
	void *fish;
};

static struct pond *ponds;

static unsigned long pond_count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long pond_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	mutex_lock(&ponds->lock);
	mutex_lock(&ponds->quiet);
	mutex_lock_nested(&ponds->stats, SINGLE_DEPTH_NESTING);
	mutex_unlock(&ponds->stats);
	mutex_unlock(&ponds->quiet);
	mutex_unlock(&ponds->lock);
	return 1;
}

static struct shrinker pond_shrinker = {
	.count_objects = pond_count,
	.scan_objects = pond_scan,
};

void bad(struct pond *p)
{
	mutex_lock(&p->lock);
	p->fish = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for pond.lock: bad()
	mutex_unlock(&p->lock);
}

// The same subclass on both sides.
void bad_subclass(struct pond *p)
{
	mutex_lock_nested(&p->stats, 1);
	p->fish = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for pond.stats/1: bad_subclass()
	mutex_unlock(&p->stats);
}

static inline void pond_lock_nested(struct pond *p, unsigned int subclass)
{
	mutex_lock_nested(&p->lock, subclass);
}

// Through a helper.
void fixed_nested(struct pond *p)
{
	pond_lock_nested(p, SINGLE_DEPTH_NESTING);
	p->fish = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&p->lock);
}

void fixed_flag(struct pond *p)
{
	mutex_lock(&p->lock);
	p->fish = kmalloc(64, GFP_KERNEL | __GFP_NOLOCKDEP);
	mutex_unlock(&p->lock);
}

void fixed_novalidate(struct pond *p)
{
	mutex_lock(&p->quiet);
	p->fish = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&p->quiet);
}

void init(struct pond *p)
{
	mutex_init(&p->quiet);
	lockdep_set_novalidate_class(&p->quiet);
	ponds = p;
	register_shrinker(&pond_shrinker, "ponds");
}
