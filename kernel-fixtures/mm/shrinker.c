// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shrinkers: caches that reclaim asks to give memory back. Which allocations they are asked for is
// theirs to say, by the mask in shrink_control.
#include <linux/rwsem.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

#include "internal.h"

static LIST_HEAD(shrinker_list);
static struct rw_semaphore shrinker_rwsem;

static unsigned long do_shrink_slab(struct shrink_control *shrinkctl, struct shrinker *shrinker)
{
	unsigned long freed = 0, ret, left;

	left = shrinker->count_objects(shrinker, shrinkctl);
	if (left == 0 || left == SHRINK_EMPTY)
		return 0;
	while (left) {
		shrinkctl->nr_to_scan = min(left, 128ul);
		shrinkctl->nr_scanned = shrinkctl->nr_to_scan;
		ret = shrinker->scan_objects(shrinker, shrinkctl);
		if (ret == SHRINK_STOP)
			break;
		freed += ret;
		left -= shrinkctl->nr_scanned;
		cond_resched();
	}
	return freed;
}

unsigned long shrink_slab(gfp_t gfp_mask, int nid)
{
	struct shrinker *shrinker;
	unsigned long freed = 0;

	if (!down_read_trylock(&shrinker_rwsem))
		return 0;
	list_for_each_entry(shrinker, &shrinker_list, list) {
		struct shrink_control sc = { .gfp_mask = gfp_mask, .nid = nid };

		freed += do_shrink_slab(&sc, shrinker);
	}
	up_read(&shrinker_rwsem);
	return freed;
}

void shrinker_register(struct shrinker *shrinker)
{
	down_write(&shrinker_rwsem);
	list_add_tail(&shrinker->list, &shrinker_list);
	up_write(&shrinker_rwsem);
}

int register_shrinker(struct shrinker *shrinker, const char *fmt, ...)
{
	shrinker_register(shrinker);
	return 0;
}

void unregister_shrinker(struct shrinker *shrinker)
{
	down_write(&shrinker_rwsem);
	list_del(&shrinker->list);
	up_write(&shrinker_rwsem);
}

struct shrinker *shrinker_alloc(unsigned int flags, const char *fmt, ...)
{
	struct shrinker *shrinker = kzalloc(sizeof(*shrinker), GFP_KERNEL);

	if (shrinker)
		shrinker->seeks = DEFAULT_SEEKS;
	return shrinker;
}

void shrinker_free(struct shrinker *shrinker)
{
	unregister_shrinker(shrinker);
	kfree(shrinker);
}
