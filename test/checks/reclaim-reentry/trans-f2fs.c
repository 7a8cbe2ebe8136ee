// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A filesystem-wide operation lock that a checkpoint, and so writeback, waits for.

#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "fs/f2fs/f2fs.h"

void bad(struct f2fs_sb_info *sbi)
{
	f2fs_lock_op(sbi);
	sbi->node_cache = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, high confidence]
	f2fs_unlock_op(sbi);
}

void bad_try(struct f2fs_sb_info *sbi)
{
	if (!f2fs_trylock_op(sbi))
		return;
	sbi->node_cache = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_try() {{.*}}[reclaim-reentry, high confidence]
	f2fs_unlock_op(sbi);
}

void fixed(struct f2fs_sb_info *sbi)
{
	f2fs_lock_op(sbi);
	sbi->node_cache = kmalloc(64, GFP_NOFS);
	f2fs_unlock_op(sbi);
	sbi->node_cache = kmalloc(64, GFP_KERNEL);
}

void fixed_try(struct f2fs_sb_info *sbi)
{
	if (!f2fs_trylock_op(sbi)) {
		sbi->node_cache = kmalloc(64, GFP_KERNEL);
		return;
	}
	f2fs_unlock_op(sbi);
}
