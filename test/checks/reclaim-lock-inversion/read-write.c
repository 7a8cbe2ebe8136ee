// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// An rw_semaphore that reclaim takes for reading. Two readers get on until a writer queues up
// between them: medium. Held for writing, the reader in reclaim waits for its own task.

#include <linux/kernel.h>
#include <linux/rwsem.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

struct table {
	struct rw_semaphore sem;
	void *slot;
	struct shrinker shrinker;
};

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct table *t = container_of(shrink, struct table, shrinker);

	down_read(&t->sem);
	kfree(t->slot);
	up_read(&t->sem);
	return 1;
}

void bad_read(struct table *t)
{
	down_read(&t->sem);
	t->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for table.sem: bad_read() holds rw_semaphore (read) &t->sem [reclaim-lock-inversion, medium confidence]
	// CHECK: in scan: waits for rw_semaphore (read) table.sem (down_read)
	up_read(&t->sem);
}

void bad_write(struct table *t)
{
	down_write(&t->sem);
	t->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for table.sem: bad_write() holds rw_semaphore (write) &t->sem [reclaim-lock-inversion, high confidence]
	up_write(&t->sem);
}

/* Downgraded, it is held still, for reading. */
void bad_downgraded(struct table *t)
{
	down_write(&t->sem);
	downgrade_write(&t->sem);
	t->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for table.sem: bad_downgraded() holds rw_semaphore (read) &t->sem [reclaim-lock-inversion, medium confidence]
	up_read(&t->sem);
}

/* Got by trying, it is held all the same. */
void bad_tried(struct table *t)
{
	if (!down_write_trylock(&t->sem))
		return;
	t->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for table.sem: bad_tried() holds rw_semaphore (write) &t->sem [reclaim-lock-inversion, high confidence]
	up_write(&t->sem);
}

void fixed(struct table *t)
{
	void *slot = kmalloc(64, GFP_KERNEL);

	if (down_write_killable(&t->sem)) {
		t->slot = kmalloc(64, GFP_KERNEL);
		kfree(slot);
		return;
	}
	t->slot = slot;
	up_write(&t->sem);
}

int init(struct table *t)
{
	t->shrinker.count_objects = count;
	t->shrinker.scan_objects = scan;
	return register_shrinker(&t->shrinker, "table");
}
