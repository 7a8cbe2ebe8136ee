// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A work item on a queue that reclaim waits for is in reclaim's way; the same function on another
// queue is not.

#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/sunrpc/sched.h>
#include <linux/workqueue.h>

struct xprt {
	struct work_struct bad_work, fixed_work, other_work;
	struct delayed_work bad_dwork;
	void *buffer;
};

static void bad_work(struct work_struct *work)
{
	struct xprt *xprt = container_of(work, struct xprt, bad_work);

	xprt->buffer = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_work() is {{.*}}rpciod{{.*}}[reclaim-reentry, {{high|medium}} confidence]
}

static void bad_dwork(struct work_struct *work)
{
	struct xprt *xprt = container_of(to_delayed_work(work), struct xprt, bad_dwork);

	xprt->buffer = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_dwork() is {{.*}}xprtiod{{.*}}[reclaim-reentry, {{high|medium}} confidence]
}

static void fixed_work(struct work_struct *work)
{
	struct xprt *xprt = container_of(work, struct xprt, fixed_work);
	unsigned int nofs = memalloc_nofs_save();

	xprt->buffer = kmalloc(64, GFP_KERNEL);
	memalloc_nofs_restore(nofs);
}

static void fixed_other_work(struct work_struct *work)
{
	struct xprt *xprt = container_of(work, struct xprt, other_work);

	xprt->buffer = kmalloc(64, GFP_KERNEL);
}

void setup(struct xprt *xprt)
{
	INIT_WORK(&xprt->bad_work, bad_work);
	INIT_WORK(&xprt->fixed_work, fixed_work);
	INIT_WORK(&xprt->other_work, fixed_other_work);
	INIT_DELAYED_WORK(&xprt->bad_dwork, bad_dwork);
}

void run(struct xprt *xprt)
{
	queue_work(rpciod_workqueue, &xprt->bad_work);
	queue_work(rpciod_workqueue, &xprt->fixed_work);
	queue_work(system_wq, &xprt->other_work);
	queue_delayed_work(xprtiod_workqueue, &xprt->bad_dwork, 10);
}
