// RUN: %analyze --check=mempool-reentry --min-confidence=low %s | FileCheck %s --implicit-check-not=warning:
//
// What an I/O needs to be done comes from a pool, or memory waits for the I/O and the I/O for memory.

#include <linux/blk-mq.h>
#include <linux/mempool.h>
#include <linux/slab.h>

static mempool_t *commands;

static blk_status_t bad_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	bd->rq->end_io_data = kmalloc(64, GFP_NOIO);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() waits for memory with GFP_NOIO with no mempool behind it: bad_queue_rq() is a block request handler (blk_mq_ops.queue_rq), which is on the I/O submission path, and memory may wait for this I/O [mempool-reentry, low confidence]
	// CHECK: fix: take it from a mempool, or allocate it when the device is set up
	return BLK_STS_OK;
}

static blk_status_t fixed_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	bd->rq->end_io_data = mempool_alloc(commands, GFP_NOIO);
	return BLK_STS_OK;
}

static blk_status_t atomic_queue_rq(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd)
{
	bd->rq->end_io_data = kmalloc(64, GFP_ATOMIC);
	return BLK_STS_OK;
}

const struct blk_mq_ops bad_ops = { .queue_rq = bad_queue_rq };
const struct blk_mq_ops fixed_ops = { .queue_rq = fixed_queue_rq };
const struct blk_mq_ops atomic_ops = { .queue_rq = atomic_queue_rq };
