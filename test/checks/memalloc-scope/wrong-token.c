// RUN: %analyze --check=memalloc-scope %s | FileCheck %s --implicit-check-not=warning:
//
// A scope ends with its own token: not with that of another kind, of an outer scope, or with
// something that is no token.

#include <linux/sched/mm.h>
#include <linux/slab.h>

void work(void *p);

void bad_kind(void *p)
{
	unsigned int nofs = memalloc_nofs_save();

	work(p);
	memalloc_noio_restore(nofs);
	// CHECK: wrong-token.c:[[#@LINE-1]]:{{[0-9]+}}: warning: memalloc_noio_restore() is given the token of memalloc_nofs_save() to end a memalloc_noio scope [memalloc-scope, medium confidence]
	// CHECK-NEXT: from where
	// CHECK-NEXT: wrong-token.c:[[#@LINE-6]]: in bad_kind: calls memalloc_nofs_save(), which begins a memalloc_nofs scope
	// CHECK-NEXT: wrong-token.c:[[#@LINE-4]]: in bad_kind: passes its token to memalloc_noio_restore()
	// CHECK-NEXT: fix: pass it to memalloc_nofs_restore()
}

void bad_swapped(void *p)
{
	unsigned int nofs = memalloc_nofs_save();
	unsigned int pin = memalloc_pin_save();

	work(p);
	memalloc_pin_restore(nofs);
	// CHECK: wrong-token.c:[[#@LINE-1]]:{{[0-9]+}}: warning: memalloc_pin_restore() is given the token of memalloc_nofs_save()
	memalloc_nofs_restore(pin);
	// CHECK: wrong-token.c:[[#@LINE-1]]:{{[0-9]+}}: warning: memalloc_nofs_restore() is given the token of memalloc_pin_save()
}

void bad_nesting(void *p)
{
	unsigned int outer = memalloc_nofs_save(), inner;

	work(p);
	inner = memalloc_nofs_save();
	work(p);
	memalloc_nofs_restore(outer);
	// CHECK: wrong-token.c:[[#@LINE-1]]:{{[0-9]+}}: warning: memalloc_nofs_restore() ends the outer of two nofs scopes while the inner one is open, which goes on without it [memalloc-scope, high confidence]
	// CHECK: fix: end the inner scope first
	work(p);
	memalloc_nofs_restore(inner);
}

/* Two kinds have nothing to do with each other. */
void fixed_nesting(void *p)
{
	unsigned int nofs = memalloc_nofs_save();
	unsigned int pin = memalloc_pin_save();
	unsigned int inner = memalloc_nofs_save();

	work(p);
	memalloc_nofs_restore(inner);
	memalloc_nofs_restore(nofs);
	memalloc_pin_restore(pin);
}

void bad_constant(void *p)
{
	unsigned int noio = memalloc_noio_save();

	work(p);
	noio = 0;
	memalloc_noio_restore(noio);
	// CHECK: wrong-token.c:[[#@LINE-1]]:{{[0-9]+}}: warning: memalloc_noio_restore() is given what no memalloc_noio_save() returned [memalloc-scope, medium confidence]
}

void bad_bit(void *p)
{
	work(p);
	memalloc_noio_restore(PF_MEMALLOC_NOIO);
	// CHECK: wrong-token.c:[[#@LINE-1]]:{{[0-9]+}}: warning: memalloc_noio_restore() is given what no memalloc_noio_save() returned [memalloc-scope, medium confidence]
}

void bad_task_flags(void *p)
{
	unsigned int flags = current->flags;

	memalloc_noio_save();
	work(p);
	memalloc_noio_restore(flags);
	// CHECK: wrong-token.c:[[#@LINE-1]]:{{[0-9]+}}: warning: memalloc_noio_restore() is given what no memalloc_noio_save() returned [memalloc-scope, medium confidence]
}

/* The token is that of a wrapper, or kept in a member. */
struct job {
	unsigned int token;
	void *p;
};

static unsigned int job_enter(struct job *j)
{
	unsigned int nofs = memalloc_nofs_save();

	work(j->p);
	return nofs;
}

void bad_wrapper(struct job *j)
{
	unsigned int token = job_enter(j);

	work(j->p);
	memalloc_noio_restore(token);
	// CHECK: wrong-token.c:[[#@LINE-1]]:{{[0-9]+}}: warning: memalloc_noio_restore() is given the token of memalloc_nofs_save()
}

void fixed_wrapper(struct job *j)
{
	unsigned int token = job_enter(j);

	work(j->p);
	memalloc_nofs_restore(token);
}

static void job_begin(struct job *j)
{
	j->token = memalloc_nofs_save();
}

static void job_end(struct job *j)
{
	memalloc_noio_restore(j->token);
	// CHECK: wrong-token.c:[[#@LINE-1]]:{{[0-9]+}}: warning: memalloc_noio_restore() is given the token of memalloc_nofs_save()
}

void run(void *p)
{
	struct job j = { .p = p };

	job_begin(&j);
	work(p);
	job_end(&j);
}

void bad_unset(void *p)
{
	unsigned int noio;

	work(p);
	memalloc_noio_restore(noio);
	// CHECK: wrong-token.c:[[#@LINE-1]]:{{[0-9]+}}: warning: memalloc_noio_restore() is given what no memalloc_noio_save() returned
}
