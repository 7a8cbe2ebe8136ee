// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A small kernel with reclaim, which waits for a lock at each level. It takes the place of
// mm/c.c in the tree of project.py.
#include "common.h"
#include "linux/gfp.h"

struct mutex {
	int owner;
};
void mutex_lock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
void might_alloc(gfp_t gfp);

struct scan_control {
	gfp_t gfp_mask;
};
struct pool {
	struct mutex hidden_lock;
	struct mutex table_lock;
	struct mutex outer_lock;
};

static struct mutex swap_mutex;
static struct pool pool;

static void shrink(struct scan_control *sc)
{
	mutex_lock(&swap_mutex);
	mutex_unlock(&swap_mutex);
	if (sc->gfp_mask & __GFP_IO) {
		mutex_lock(&pool.hidden_lock);
		mutex_unlock(&pool.hidden_lock);
	}
	if (sc->gfp_mask & __GFP_FS) {
		mutex_lock(&pool.table_lock);
		mutex_unlock(&pool.table_lock);
	}
}

unsigned long try_to_free_pages(void *zonelist, int order, gfp_t gfp_mask, void *nodemask)
{
	struct scan_control sc = {.gfp_mask = gfp_mask};

	shrink(&sc);
	return 0;
}

static void *alloc(gfp_t gfp)
{
	might_alloc(gfp);
	if (gfp & __GFP_DIRECT_RECLAIM)
		try_to_free_pages(0, 0, gfp, 0);
	return 0;
}

void grow_hidden(void)
{
	mutex_lock(&pool.hidden_lock);
	alloc(GFP_NOFS);
	mutex_unlock(&pool.hidden_lock);
}

void grow_table(void)
{
	mutex_lock(&pool.table_lock);
	alloc(GFP_NOIO);
	mutex_unlock(&pool.table_lock);
}

void grow_outer(void)
{
	mutex_lock(&pool.outer_lock);
	alloc(GFP_KERNEL);
	mutex_unlock(&pool.outer_lock);
}
