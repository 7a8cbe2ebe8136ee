// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// The kernel's error unwinding: labels in reverse order of acquisition.

#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

struct ring {
	spinlock_t lock;
	void *desc, *data;
	bool live;
};

int bad(struct ring *r, unsigned long size)
{
	int err = -ENOMEM;

	r->desc = kzalloc(64, GFP_KERNEL);
	if (!r->desc)
		goto out;
	spin_lock(&r->lock);
	if (r->live) {
		err = -EBUSY;
		goto free;
	}
	r->live = true;
	spin_unlock(&r->lock);
	return 0;
free:
	vfree(r->data);
	// CHECK: [[#@LINE-1]]:2: warning: vfree() may sleep in atomic context: bad() holds spinlock {{.*}}r->lock{{.*}}high confidence]
	spin_unlock(&r->lock);
out:
	return err;
}

int fixed(struct ring *r, unsigned long size)
{
	int err = -ENOMEM;

	r->desc = kzalloc(64, GFP_KERNEL);
	if (!r->desc)
		goto out;
	spin_lock(&r->lock);
	if (r->live) {
		err = -EBUSY;
		goto unlock;
	}
	r->live = true;
	spin_unlock(&r->lock);
	return 0;
unlock:
	spin_unlock(&r->lock);
	vfree(r->data);
out:
	return err;
}
