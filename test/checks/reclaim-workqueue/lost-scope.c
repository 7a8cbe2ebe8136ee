// RUN: %analyze --check=reclaim-workqueue %s | FileCheck %s --implicit-check-not=warning:
//
// A memalloc scope is the task's own: a work item that is waited for in it runs without.

#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct log {
	struct work_struct bad, fixed;
	void *slot;
};

void bad_force(struct log *log)
{
	unsigned int nofs = memalloc_nofs_save();

	flush_work(&log->bad);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: flush_work() waits for log.bad in a scope without __GFP_FS, which does not reach the work item: write_bad() allocates with it [reclaim-workqueue, medium confidence]
	// CHECK: in bad_force: is in a scope that clears __GFP_FS, and waits for log.bad
	// CHECK: in write_bad: calls kmalloc_noprof()
	// CHECK: fix: open a scope of its own in write_bad()
	flush_work(&log->fixed);
	memalloc_nofs_restore(nofs);
}

void outside(struct log *log)
{
	flush_work(&log->bad);
}

static void write_bad(struct work_struct *work)
{
	container_of(work, struct log, bad)->slot = kmalloc(64, GFP_KERNEL);
}

static void write_fixed(struct work_struct *work)
{
	unsigned int nofs = memalloc_nofs_save();

	container_of(work, struct log, fixed)->slot = kmalloc(64, GFP_KERNEL);
	memalloc_nofs_restore(nofs);
}

void setup(struct log *log)
{
	INIT_WORK(&log->bad, write_bad);
	INIT_WORK(&log->fixed, write_fixed);
}
