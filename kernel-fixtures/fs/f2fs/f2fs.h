/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* An operation that must not be cut in two by a checkpoint holds cp_rwsem. */
#ifndef _LINUX_F2FS_H
#define _LINUX_F2FS_H

#include <linux/rwsem.h>

struct f2fs_rwsem {
	struct rw_semaphore internal_rwsem;
};

struct f2fs_sb_info {
	struct f2fs_rwsem cp_rwsem;
	void *node_cache;
};

static inline void f2fs_down_read(struct f2fs_rwsem *sem)
{
	down_read(&sem->internal_rwsem);
}

static inline int f2fs_down_read_trylock(struct f2fs_rwsem *sem)
{
	return down_read_trylock(&sem->internal_rwsem);
}

static inline void f2fs_up_read(struct f2fs_rwsem *sem)
{
	up_read(&sem->internal_rwsem);
}

static inline void f2fs_lock_op(struct f2fs_sb_info *sbi)
{
	f2fs_down_read(&sbi->cp_rwsem);
}

static inline int f2fs_trylock_op(struct f2fs_sb_info *sbi)
{
	return f2fs_down_read_trylock(&sbi->cp_rwsem);
}

static inline void f2fs_unlock_op(struct f2fs_sb_info *sbi)
{
	f2fs_up_read(&sbi->cp_rwsem);
}

#endif
