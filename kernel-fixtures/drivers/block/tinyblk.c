// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A block driver with two bugs, fixed in tinyblk-fixed.c.
//
// 1. tinyblk_queue_rq() builds a list for the hardware with GFP_NOFS. That does not keep reclaim from
//    swapping out to this very device.
// 2. tinyblk_resize() allocates its new map while the queue is frozen.
#include <linux/blk-mq.h>
#include <linux/errno.h>
#include <linux/slab.h>

struct tinyblk {
	struct request_queue *q;
	u32 *map;
	unsigned int blocks;
};

static void *tinyblk_alloc_list(unsigned int n, gfp_t gfp)
{
	return kcalloc(n, 16, gfp);
}

static blk_status_t tinyblk_queue_rq(struct blk_mq_hw_ctx *hctx,
				     const struct blk_mq_queue_data *bd)
{
	struct request *rq = bd->rq;

	blk_mq_start_request(rq);
	rq->end_io_data = tinyblk_alloc_list(4, GFP_NOFS);
	if (!rq->end_io_data)
		return BLK_STS_RESOURCE;
	return BLK_STS_OK;
}

static void tinyblk_complete(struct request *rq)
{
	kfree(rq->end_io_data);
	blk_mq_end_request(rq, BLK_STS_OK);
}

int tinyblk_resize(struct tinyblk *tb, unsigned int blocks)
{
	u32 *map;

	blk_mq_freeze_queue(tb->q);
	map = kvmalloc(blocks * sizeof(*map), GFP_KERNEL);
	if (map) {
		kvfree(tb->map);
		tb->map = map;
		tb->blocks = blocks;
	}
	blk_mq_unfreeze_queue(tb->q);
	return map ? 0 : -ENOMEM;
}

const struct blk_mq_ops tinyblk_mq_ops = {
	.queue_rq = tinyblk_queue_rq,
	.complete = tinyblk_complete,
};
