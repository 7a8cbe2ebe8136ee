// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// Locks of every kind that waits: percpu_rw_semaphore, ww_mutex, semaphore, and a mutex by guard().

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/percpu-rwsem.h>
#include <linux/semaphore.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/ww_mutex.h>

struct bad_pool {
	struct percpu_rw_semaphore resize;
	struct ww_mutex resv;
	struct semaphore sem;
	struct mutex lock;
	void *slot;
	struct shrinker shrinker;
};

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long bad_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct bad_pool *p = container_of(shrink, struct bad_pool, shrinker);

	percpu_down_read(&p->resize);
	kfree(p->slot);
	percpu_up_read(&p->resize);

	if (ww_mutex_lock(&p->resv, NULL))
		return SHRINK_STOP;
	kfree(p->slot);
	ww_mutex_unlock(&p->resv);

	down(&p->sem);
	kfree(p->slot);
	up(&p->sem);

	guard(mutex)(&p->lock);
	kfree(p->slot);
	return 1;
}

void bad_percpu(struct bad_pool *p)
{
	percpu_down_write(&p->resize);
	p->slot = kmalloc(64, GFP_KERNEL);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for bad_pool.resize: bad_percpu() holds percpu_rw_semaphore (write) &p->resize [reclaim-lock-inversion, high confidence]
	percpu_up_write(&p->resize);
}

void bad_ww(struct bad_pool *p, struct ww_acquire_ctx *ctx)
{
	if (ww_mutex_lock(&p->resv, ctx))
		return;
	p->slot = kmalloc(64, GFP_KERNEL);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for bad_pool.resv: bad_ww() holds ww_mutex &p->resv [reclaim-lock-inversion, high confidence]
	ww_mutex_unlock(&p->resv);
}

int bad_semaphore(struct bad_pool *p)
{
	int error = down_interruptible(&p->sem);

	if (error)
		return error;
	p->slot = kmalloc(64, GFP_KERNEL);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for bad_pool.sem: bad_semaphore() holds semaphore &p->sem [reclaim-lock-inversion, medium confidence]
	up(&p->sem);
	return 0;
}

void bad_guard(struct bad_pool *p)
{
	guard(mutex)(&p->lock);
	p->slot = kmalloc(64, GFP_KERNEL);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for bad_pool.lock: bad_guard() holds mutex &p->lock [reclaim-lock-inversion, high confidence]
}

struct fixed_pool {
	struct percpu_rw_semaphore resize;
	struct ww_mutex resv;
	struct semaphore sem;
	void *slot;
	struct shrinker shrinker;
};

static unsigned long fixed_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct fixed_pool *p = container_of(shrink, struct fixed_pool, shrinker);

	if (percpu_down_read_trylock(&p->resize)) {
		kfree(p->slot);
		percpu_up_read(&p->resize);
	}
	if (ww_mutex_trylock(&p->resv, NULL)) {
		kfree(p->slot);
		ww_mutex_unlock(&p->resv);
	}
	if (!down_trylock(&p->sem)) {
		kfree(p->slot);
		up(&p->sem);
	}
	return 1;
}

void fixed(struct fixed_pool *p)
{
	percpu_down_write(&p->resize);
	p->slot = kmalloc(64, GFP_KERNEL);
	percpu_up_write(&p->resize);
	if (!ww_mutex_lock(&p->resv, NULL)) {
		p->slot = kmalloc(64, GFP_KERNEL);
		ww_mutex_unlock(&p->resv);
	}
	down(&p->sem);
	p->slot = kmalloc(64, GFP_KERNEL);
	up(&p->sem);
}

int init(struct bad_pool *bad, struct fixed_pool *fixed)
{
	bad->shrinker.count_objects = count;
	bad->shrinker.scan_objects = bad_scan;
	fixed->shrinker.count_objects = count;
	fixed->shrinker.scan_objects = fixed_scan;
	return register_shrinker(&bad->shrinker, "bad") ?: register_shrinker(&fixed->shrinker, "fixed");
}
