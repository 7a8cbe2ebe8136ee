// RUN: %analyze --check=memalloc-scope %s | FileCheck %s --implicit-check-not=warning:
//
// A token that is kept in an object is good for the task that stored it only. If nothing keeps
// other tasks away until the scope ends, another task may end it, or store its own.

#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct array {
	struct mutex suspend_lock, config_lock;
	struct rw_semaphore sem;
	int suspended;
	unsigned int noio, nofs;
	void *map;
};

void array_quiesce(struct array *a);

/* The first who suspends the array stores its token, the last who resumes it takes it. */
void bad_suspend(struct array *a)
{
	mutex_lock(&a->suspend_lock);
	if (a->suspended++) {
		mutex_unlock(&a->suspend_lock);
		return;
	}
	array_quiesce(a);
	a->noio = memalloc_noio_save();
	// CHECK: shared-token.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_suspend() keeps the token of a memalloc_noio scope in a->noio, from which bad_resume() takes it in whatever task that runs: the one stays in the scope, and the other loses its own [memalloc-scope, high confidence]
	// CHECK-NEXT: where the scope begins:
	// CHECK-NEXT: shared-token.c:[[#@LINE-3]]: in bad_suspend: calls memalloc_noio_save(), which begins a memalloc_noio scope
	// CHECK-NEXT: shared-token.c:[[#@LINE-4]]: in bad_suspend: stores its token to a->noio, which other tasks reach
	// CHECK-NEXT: where it ends:
	// CHECK-NEXT: shared-token.c:[[#@LINE+12]]: in bad_resume: ends the scope of whoever stored array.noio last
	// CHECK-NEXT: fix: keep the token in a local variable and end the scope in the function that began it
	mutex_unlock(&a->suspend_lock);
}

void bad_resume(struct array *a)
{
	mutex_lock(&a->suspend_lock);
	if (--a->suspended) {
		mutex_unlock(&a->suspend_lock);
		return;
	}
	memalloc_noio_restore(a->noio);
	mutex_unlock(&a->suspend_lock);
}

/* That the caller balances the calls is no help. */
void reshape(struct array *a)
{
	bad_suspend(a);
	a->map = kmalloc(64, GFP_KERNEL);
	bad_resume(a);
}

/* A lock of the object that is held as long as the scope is open. */
void fixed_lock(struct array *a)
{
	mutex_lock(&a->config_lock);
	a->nofs = memalloc_nofs_save();
}

void fixed_unlock(struct array *a)
{
	memalloc_nofs_restore(a->nofs);
	mutex_unlock(&a->config_lock);
}

/* Or none, if it could not be had. */
bool fixed_trylock(struct array *a)
{
	if (!mutex_trylock(&a->config_lock))
		return false;
	a->nofs = memalloc_nofs_save();
	return true;
}

struct pool {
	struct rw_semaphore sem;
	struct mutex lock;
	unsigned int nofs;
	void *page;
};

/* Readers share the lock, and so the member. */
void bad_read_lock(struct pool *p)
{
	down_read(&p->sem);
	p->nofs = memalloc_nofs_save();
	// CHECK: shared-token.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_read_lock() keeps the token of a memalloc_nofs scope in p->nofs, from which bad_read_unlock() takes it
}

void bad_read_unlock(struct pool *p)
{
	memalloc_nofs_restore(p->nofs);
	up_read(&p->sem);
}

/* The callers hold the lock. */
struct group {
	struct mutex lock;
	unsigned int nofs;
	void *page;
};

static void fixed_begin(struct group *g)
{
	g->nofs = memalloc_nofs_save();
}

static void fixed_end(struct group *g)
{
	memalloc_nofs_restore(g->nofs);
}

void fixed_fill(struct group *g)
{
	mutex_lock(&g->lock);
	fixed_begin(g);
	g->page = kmalloc(64, GFP_KERNEL);
	fixed_end(g);
	mutex_unlock(&g->lock);
}

/* A new object is nobody else's. */
struct request {
	unsigned int noio;
};

struct request *fixed_start(void)
{
	struct request *r = kmalloc(sizeof(*r), GFP_KERNEL);

	if (r)
		r->noio = memalloc_noio_save();
	return r;
}

void fixed_finish(struct request *r)
{
	memalloc_noio_restore(r->noio);
	kfree(r);
}
