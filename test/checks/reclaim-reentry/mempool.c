// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A pool does not make the flags right: an element may be in reserve, but reclaim is tried first.

#include <linux/blk-mq.h>
#include <linux/bio.h>
#include <linux/gfp.h>
#include <linux/mempool.h>

struct disk {
	struct request_queue *q;
	mempool_t pool;
	void *cmd;
};

void bad(struct disk *d)
{
	blk_mq_freeze_queue(d->q);
	d->cmd = mempool_alloc(&d->pool, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mempool_alloc() may enter reclaim with GFP_KERNEL{{.*}} and start I/O: bad() {{.*}}[reclaim-reentry, high confidence]
	blk_mq_unfreeze_queue(d->q);
}

void fixed(struct disk *d)
{
	blk_mq_freeze_queue(d->q);
	d->cmd = mempool_alloc(&d->pool, GFP_NOIO);
	blk_mq_unfreeze_queue(d->q);
}
