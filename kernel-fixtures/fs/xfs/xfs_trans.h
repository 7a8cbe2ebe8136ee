/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Transactions that are a nofs scope, handed out through an argument. */
#ifndef __XFS_TRANS_H__
#define __XFS_TRANS_H__

#include <linux/sched/mm.h>

struct xfs_mount;
struct xfs_trans_res;

typedef struct xfs_trans {
	struct xfs_mount *t_mountp;
	unsigned int t_flags;
	unsigned int t_pflags; /* token of the scope */
} xfs_trans_t;

int xfs_trans_alloc(struct xfs_mount *mp, struct xfs_trans_res *resp, unsigned int blocks,
		    unsigned int rtextents, unsigned int flags, struct xfs_trans **tpp);
int xfs_trans_commit(struct xfs_trans *tp);
void xfs_trans_cancel(xfs_trans_t *tp);

static inline void xfs_trans_set_context(struct xfs_trans *tp)
{
	tp->t_pflags = memalloc_nofs_save();
}

static inline void xfs_trans_clear_context(struct xfs_trans *tp)
{
	memalloc_nofs_restore(tp->t_pflags);
}

#endif
