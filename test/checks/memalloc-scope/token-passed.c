// RUN: %analyze --check=memalloc-scope %s | FileCheck %s --implicit-check-not=warning:
//
// A token may be returned, stored through a pointer, kept in a caller's structure, and handed to
// a helper that ends the scope.

#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct tree {
	struct mutex lock;
	void *node;
};

struct walk {
	struct tree *tree;
	unsigned int nofs;
};

int probe(struct tree *t);

static unsigned int tree_lock(struct tree *t)
{
	unsigned int nofs;

	mutex_lock(&t->lock);
	nofs = memalloc_nofs_save();
	return nofs;
}

static void tree_unlock(struct tree *t, unsigned int nofs)
{
	memalloc_nofs_restore(nofs);
	mutex_unlock(&t->lock);
}

int bad_wrapper(struct tree *t)
{
	unsigned int nofs = tree_lock(t);

	if (probe(t)) {
		mutex_unlock(&t->lock);
		return -EIO;
		// CHECK: token-passed.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_wrapper() returns with a memalloc_nofs scope open: the token that tree_lock() returned is given to nobody on this path [memalloc-scope, high confidence]
	}
	tree_unlock(t, nofs);
	return 0;
}

int fixed_wrapper(struct tree *t)
{
	unsigned int nofs = tree_lock(t);

	if (probe(t)) {
		tree_unlock(t, nofs);
		return -EIO;
	}
	tree_unlock(t, nofs);
	return 0;
}

static void tree_enter(struct tree *t, unsigned int *nofs)
{
	*nofs = memalloc_nofs_save();
	mutex_lock(&t->lock);
}

int fixed_through(struct tree *t)
{
	unsigned int nofs;
	int err;

	tree_enter(t, &nofs);
	err = probe(t);
	tree_unlock(t, nofs);
	return err;
}

static void walk_begin(struct walk *w, struct tree *t)
{
	w->tree = t;
	w->nofs = memalloc_nofs_save();
}

static void walk_end(struct walk *w)
{
	memalloc_nofs_restore(w->nofs);
}

/* The structure is on the stack of the task that is in the scope. */
int fixed_stack(struct tree *t)
{
	struct walk w;
	int err;

	walk_begin(&w, t);
	err = probe(t);
	walk_end(&w);
	return err;
}

int bad_stack(struct tree *t)
{
	struct walk w;

	walk_begin(&w, t);
	if (probe(t))
		return -EIO;
	// CHECK: token-passed.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_stack() returns with a memalloc_nofs scope open: the token that walk_begin() stored is given to nobody on this path [memalloc-scope, high confidence]
	walk_end(&w);
	return 0;
}

/* A guard. */
typedef struct {
	unsigned int flags;
} class_nofs_t;

static inline class_nofs_t class_nofs_constructor(void)
{
	class_nofs_t t = { .flags = memalloc_nofs_save() };

	return t;
}

static inline void class_nofs_destructor(class_nofs_t *t)
{
	memalloc_nofs_restore(t->flags);
}

int fixed_guard(struct tree *t)
{
	class_nofs_t scope __attribute__((cleanup(class_nofs_destructor))) = class_nofs_constructor();

	if (probe(t))
		return -EIO;
	t->node = kmalloc(64, GFP_KERNEL);
	return 0;
}
