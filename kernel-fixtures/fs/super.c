// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mounted filesystems. Reclaim asks each for the inodes that it caches.
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/shrinker.h>
#include <linux/slab.h>

static unsigned long super_cache_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct super_block *sb = shrink->private_data;
	long freed;

	/* Eviction is the filesystem's own code, which must not be entered from itself. */
	if (!(sc->gfp_mask & __GFP_FS))
		return SHRINK_STOP;
	if (!down_read_trylock(&sb->s_umount))
		return SHRINK_STOP;
	freed = prune_icache_sb(sb, sc);
	up_read(&sb->s_umount);
	return freed;
}

static unsigned long super_cache_count(struct shrinker *shrink, struct shrink_control *sc)
{
	struct super_block *sb = shrink->private_data;

	return list_empty(&sb->s_inodes) ? SHRINK_EMPTY : 1;
}

struct super_block *sget_fc(const struct super_operations *s_op)
{
	struct super_block *sb = kzalloc(sizeof(*sb), GFP_KERNEL);

	if (!sb)
		return NULL;
	sb->s_shrink = shrinker_alloc(0, "sb");
	if (!sb->s_shrink) {
		kfree(sb);
		return NULL;
	}
	sb->s_op = s_op;
	INIT_LIST_HEAD(&sb->s_inodes);
	sb->s_shrink->private_data = sb;
	sb->s_shrink->scan_objects = super_cache_scan;
	sb->s_shrink->count_objects = super_cache_count;
	shrinker_register(sb->s_shrink);
	return sb;
}
