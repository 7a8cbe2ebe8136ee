// RUN: %analyze --check=memalloc-scope %s %{fixtures}/fs/jbd2/transaction.c %{fixtures}/fs/xfs/xfs_trans.c | FileCheck %s --implicit-check-not=warning:
//
// The handle of a transaction belongs to the task that started it, and so does a token in it. That
// is said by the model (`handle`); a suspended array, say, is nobody's own.

#include <linux/jbd2.h>
#include <linux/slab.h>

#include "fs/xfs/xfs_trans.h"

int fixed_jbd2(journal_t *journal)
{
	handle_t *handle = jbd2_journal_start(journal, 8);

	if (IS_ERR(handle))
		return PTR_ERR(handle);
	return jbd2_journal_stop(handle);
}

int fixed_xfs(struct xfs_mount *mp, struct xfs_trans **tpp)
{
	return xfs_trans_alloc(mp, NULL, 8, 0, 0, tpp);
}

struct mddev {
	unsigned int noio_flag;
};

int mddev_suspend(struct mddev *mddev, bool interruptible)
{
	mddev->noio_flag = memalloc_noio_save();
	// CHECK: transaction.c:[[#@LINE-1]]:{{[0-9]+}}: warning: mddev_suspend() keeps the token of a memalloc_noio scope in mddev->noio_flag, from which mddev_resume() takes it in whatever task that runs: the one stays in the scope, and the other loses its own [memalloc-scope, medium confidence]
	return 0;
}

void mddev_resume(struct mddev *mddev)
{
	memalloc_noio_restore(mddev->noio_flag);
}
