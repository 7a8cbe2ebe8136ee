// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// What a shrinker does when it drops the last reference. A lock inside the object is free then;
// another lock it does wait for, if it is ever the one to drop the last reference, which is less
// sure.

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct object {
	refcount_t ref;
	struct mutex lock;
	void *data;
};

static DEFINE_MUTEX(registry_lock);
static void *registry;
static struct object *cached;

static void object_free(struct object *o)
{
	mutex_lock(&o->lock);
	kfree(o->data);
	mutex_unlock(&o->lock);

	mutex_lock(&registry_lock);
	if (registry == o)
		registry = NULL;
	mutex_unlock(&registry_lock);
	kfree(o);
}

static void object_put(struct object *o)
{
	if (refcount_dec_and_test(&o->ref))
		object_free(o);
}

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return cached ? 1 : 0;
}

static unsigned long scan(struct shrinker *shrink, struct shrink_control *sc)
{
	object_put(cached);
	return 1;
}

static struct shrinker shrinker = { .count_objects = count, .scan_objects = scan };

void fixed(struct object *o)
{
	mutex_lock(&o->lock);
	o->data = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&o->lock);
}

void bad(void)
{
	mutex_lock(&registry_lock);
	registry = kmalloc(sizeof(struct object), GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for registry_lock: bad() holds mutex &registry_lock [reclaim-lock-inversion, medium confidence]
	// CHECK: in object_put: calls object_free()
	// CHECK: in object_free: waits for mutex registry_lock (mutex_lock)
	mutex_unlock(&registry_lock);
}

int init(void)
{
	return register_shrinker(&shrinker, "objects");
}
