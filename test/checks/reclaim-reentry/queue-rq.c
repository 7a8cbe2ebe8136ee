// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A driver that is given a request must not start I/O to make room for it: that I/O may come to the
// same device.

#include <linux/bio.h>
#include <linux/blk-mq.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

static void *sg_alloc(gfp_t gfp)
{
	return kmalloc(4096, gfp);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and start I/O: bad_queue_rq() is {{.*}}queue_rq{{.*}}[reclaim-reentry, high confidence]
}

static blk_status_t bad_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	bd->rq->end_io_data = sg_alloc(GFP_KERNEL);
	return BLK_STS_OK;
}

static blk_status_t bad_nofs_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	bd->rq->end_io_data = kmalloc(4096, GFP_NOFS);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS and start I/O: bad_nofs_rq() is {{.*}}queue_rq{{.*}}[reclaim-reentry, high confidence]
	return BLK_STS_OK;
}

static blk_status_t fixed_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	bd->rq->end_io_data = sg_alloc(GFP_NOIO);
	return BLK_STS_OK;
}

static blk_status_t fixed_atomic_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	bd->rq->end_io_data = sg_alloc(GFP_ATOMIC);
	return BLK_STS_OK;
}

static blk_status_t fixed_scope_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	unsigned int noio = memalloc_noio_save();

	bd->rq->end_io_data = sg_alloc(GFP_KERNEL);
	memalloc_noio_restore(noio);
	return BLK_STS_OK;
}

/* Called when the queue is set up: no request waits. */
static int fixed_init_request(void *set, struct request *rq, unsigned int hctx_idx,
			      unsigned int numa_node)
{
	void **pdu = blk_mq_rq_to_pdu(rq);

	*pdu = kmalloc(64, GFP_KERNEL);
	return *pdu ? 0 : -ENOMEM;
}

const struct blk_mq_ops tables[] = {
	{ .queue_rq = bad_queue_rq },
	{ .queue_rq = bad_nofs_rq },
	{ .queue_rq = fixed_queue_rq, .init_request = fixed_init_request },
	{ .queue_rq = fixed_atomic_rq },
	{ .queue_rq = fixed_scope_rq },
};
