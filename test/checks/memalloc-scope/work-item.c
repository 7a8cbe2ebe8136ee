// RUN: %analyze --check=memalloc-scope %s | FileCheck %s --implicit-check-not=warning:
//
// A worker goes on with other work when a work item returns, in whatever scope it was left. A
// thread of its own may stay in a scope until it ends.

#include <linux/container_of.h>
#include <linux/kthread.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct disk {
	struct work_struct io, flush, sync;
	unsigned int noio;
	void *buf;
};

void disk_io(struct disk *d);

static void bad_by_hand(struct work_struct *w)
{
	struct disk *d = container_of(w, struct disk, io);

	current->flags |= PF_MEMALLOC_NOIO;
	// CHECK: work-item.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_by_hand() is a work item that leaves its worker in a memalloc_noio scope, in which it goes on with other work [memalloc-scope, medium confidence]
	disk_io(d);
}

static void bad_member(struct work_struct *w)
{
	struct disk *d = container_of(w, struct disk, flush);

	d->noio = memalloc_noio_save();
	// CHECK: work-item.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_member() returns with a memalloc_noio scope open: nobody takes its token from container_of(w, disk)->noio [memalloc-scope, medium confidence]
	disk_io(d);
}

static void fixed_by_hand(struct work_struct *w)
{
	struct disk *d = container_of(w, struct disk, sync);
	unsigned int flags = current->flags;

	current->flags |= PF_MEMALLOC_NOIO;
	disk_io(d);
	current->flags = flags;
}

void disk_init(struct disk *d)
{
	INIT_WORK(&d->io, bad_by_hand);
	INIT_WORK(&d->flush, bad_member);
	INIT_WORK(&d->sync, fixed_by_hand);
}

static int fixed_thread(void *data)
{
	struct disk *d = data;

	memalloc_noio_save();
	while (!kthread_should_stop())
		disk_io(d);
	return 0;
}

void disk_start(struct disk *d)
{
	kthread_run(fixed_thread, d, "disk");
}
