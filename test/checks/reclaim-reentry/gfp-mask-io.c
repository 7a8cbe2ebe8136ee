// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// Taking __GFP_FS away is not enough where no I/O may be started.

#include <linux/blk-mq.h>
#include <linux/slab.h>

struct disk {
	struct request_queue *q;
	void *map;
};

static void *get_nofs(gfp_t gfp)
{
	return kmalloc(64, gfp & ~__GFP_FS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS and start I/O: bad() {{.*}}[reclaim-reentry, high confidence]
	// CHECK: fix: {{.*}}GFP_NOIO{{.*}}memalloc_noio_save()
}

static void *get_noio(gfp_t gfp)
{
	return kmalloc(64, gfp & ~(__GFP_IO | __GFP_FS));
}

void bad(struct disk *d)
{
	blk_mq_freeze_queue(d->q);
	d->map = get_nofs(GFP_KERNEL);
	blk_mq_unfreeze_queue(d->q);
}

void fixed(struct disk *d)
{
	blk_mq_freeze_queue(d->q);
	d->map = get_noio(GFP_KERNEL);
	d->map = get_nofs(GFP_NOIO);
	blk_mq_unfreeze_queue(d->q);
}
