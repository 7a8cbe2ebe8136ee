// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/mutex.h>
#include <linux/slab.h>

#include "xfs_trans.h"

struct xfs_mount {
	struct mutex log;
	unsigned int free_blocks;
};

static void xfs_trans_free(struct xfs_trans *tp)
{
	xfs_trans_clear_context(tp);
	kfree(tp);
}

static int xfs_trans_reserve(struct xfs_trans *tp, unsigned int blocks)
{
	int error = 0;

	mutex_lock(&tp->t_mountp->log);
	if (tp->t_mountp->free_blocks < blocks)
		error = -ENOSPC;
	else
		tp->t_mountp->free_blocks -= blocks;
	mutex_unlock(&tp->t_mountp->log);
	return error;
}

int xfs_trans_alloc(struct xfs_mount *mp, struct xfs_trans_res *resp, unsigned int blocks,
		    unsigned int rtextents, unsigned int flags, struct xfs_trans **tpp)
{
	struct xfs_trans *tp = kzalloc(sizeof(*tp), GFP_KERNEL | __GFP_NOFAIL);
	int error;

	xfs_trans_set_context(tp);
	tp->t_mountp = mp;
	tp->t_flags = flags;
	error = xfs_trans_reserve(tp, blocks);
	if (error) {
		xfs_trans_cancel(tp);
		return error;
	}
	*tpp = tp;
	return 0;
}

int xfs_trans_commit(struct xfs_trans *tp)
{
	xfs_trans_free(tp);
	return 0;
}

void xfs_trans_cancel(xfs_trans_t *tp)
{
	xfs_trans_free(tp);
}
