// RUN: %analyze --check=opencoded-nofail %s | FileCheck %s --implicit-check-not=warning:
//
// An allocation that is tried again until it succeeds, with a pause or without. Not one that gives
// up some time, that says __GFP_NOFAIL, or in a loop that does something else for ever.

#include <linux/delay.h>
#include <linux/mempool.h>
#include <linux/sched.h>
#include <linux/slab.h>

struct request {
	struct request *next;
	int done;
};

struct request *bad_while(void)
{
	struct request *r;

	while (!(r = kmalloc(sizeof(*r), GFP_NOFS)))
		// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() is retried with GFP_NOFS until it succeeds, without __GFP_NOFAIL: nobody who makes memory free knows that it must not fail [opencoded-nofail, high confidence]
		// CHECK: in bad_while: kmalloc() may return NULL
		// CHECK: in bad_while: if so, no way leads out of the loop
		// CHECK: in bad_while: calls msleep()
		// CHECK: in bad_while: calls kmalloc() again
		// CHECK: fix: pass __GFP_NOFAIL to kmalloc() instead of the loop, or return the failure
		msleep(20);
	r->done = 0;
	return r;
}

struct request *bad_again(void)
{
	struct request *r = kmalloc(sizeof(*r), GFP_NOIO);

	while (!r) {
		cond_resched();
		r = kmalloc(sizeof(*r), GFP_NOIO);
		// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() is retried with GFP_NOIO until it succeeds
	}
	r->done = 0;
	return r;
}

struct request *fixed(void)
{
	struct request *r = kmalloc(sizeof(*r), GFP_NOFS | __GFP_NOFAIL);

	while (!r)
		r = kmalloc(sizeof(*r), GFP_NOFS | __GFP_NOFAIL);
	return r;
}

struct request *counted(void)
{
	struct request *r;
	int turns = 10;

	while (!(r = kmalloc(sizeof(*r), GFP_NOFS)))
		if (!turns--)
			return NULL;
	return r;
}

struct request *stopped(struct request *parent)
{
	struct request *r;

	while (!(r = kmalloc(sizeof(*r), GFP_NOFS))) {
		if (READ_ONCE(parent->done))
			return NULL;
		msleep(20);
	}
	return r;
}

/* The second time it says so. */
struct request *told(void)
{
	gfp_t gfp = GFP_NOFS;
	struct request *r;

	while (!(r = kmalloc(sizeof(*r), gfp))) {
		msleep(20);
		gfp |= __GFP_NOFAIL;
	}
	return r;
}

/* With a mask that can wait a pool does not fail. */
struct request *pooled(mempool_t *pool)
{
	struct request *r;

	while (!(r = mempool_alloc(pool, GFP_NOFS)))
		msleep(20);
	return r;
}

void served(struct request *list)
{
	for (;;) {
		struct request *r = kmalloc(sizeof(*r), GFP_KERNEL);

		msleep(20);
		if (!r)
			continue;
		r->next = list->next;
		list->next = r;
	}
}

int one_each(struct request *list)
{
	int failed = 0;

	for (; list; list = list->next) {
		void *r = kmalloc(64, GFP_KERNEL);

		if (!r) {
			failed++;
			continue;
		}
		list->done = 1;
	}
	return failed;
}
