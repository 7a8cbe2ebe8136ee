// RUN: %analyze --check=reclaim-reentry %s %{fixtures}/fs/xfs/xfs_trans.c | FileCheck %s --implicit-check-not=warning:
//
// An xfs transaction is handed out through an argument and carries its nofs scope to the commit.

#include <linux/pagemap.h>
#include <linux/slab.h>

#include "fs/xfs/xfs_trans.h"

struct inode_log {
	struct xfs_mount *mp;
	struct folio *folio;
	void *item;
};

int bad(struct inode_log *l)
{
	struct xfs_trans *tp;
	int error = xfs_trans_alloc(l->mp, NULL, 8, 0, 0, &tp);

	if (error)
		return error;
	memalloc_nofs_restore(tp->t_pflags);
	l->item = kmalloc(64, GFP_KERNEL);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}[reclaim-reentry, {{high|medium}} confidence]
	tp->t_pflags = memalloc_nofs_save();
	return xfs_trans_commit(tp);
}

int bad_after(struct inode_log *l)
{
	struct xfs_trans *tp;
	int error = xfs_trans_alloc(l->mp, NULL, 8, 0, 0, &tp);

	if (error)
		return error;
	error = xfs_trans_commit(tp);
	folio_start_writeback(l->folio);
	l->item = kmalloc(64, GFP_KERNEL);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_after() {{.*}}writeback{{.*}}[reclaim-reentry, {{high|medium}} confidence]
	folio_end_writeback(l->folio);
	return error;
}

static int log_item(struct xfs_trans *tp, struct inode_log *l)
{
	l->item = kmalloc(64, GFP_KERNEL);
	return l->item ? 0 : -ENOMEM;
}

int fixed(struct inode_log *l)
{
	struct xfs_trans *tp;
	int error = xfs_trans_alloc(l->mp, NULL, 8, 0, 0, &tp);

	if (error) {
		l->item = kmalloc(64, GFP_KERNEL);
		return error;
	}
	error = log_item(tp, l);
	if (error) {
		xfs_trans_cancel(tp);
		return error;
	}
	l->item = kmalloc(64, GFP_KERNEL);
	return xfs_trans_commit(tp);
}

/* The transaction's scope serves whatever else goes on in it. */
int fixed_writeback(struct inode_log *l)
{
	struct xfs_trans *tp;
	int error = xfs_trans_alloc(l->mp, NULL, 8, 0, 0, &tp);

	if (error)
		return error;
	folio_start_writeback(l->folio);
	l->item = kmalloc(64, GFP_KERNEL);
	folio_end_writeback(l->folio);
	return xfs_trans_commit(tp);
}
