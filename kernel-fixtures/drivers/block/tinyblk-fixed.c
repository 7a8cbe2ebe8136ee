// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// tinyblk.c without its bugs: lists come from a pool, with GFP_NOIO, and the map is allocated before
// the queue is frozen.
#include <linux/blk-mq.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/mempool.h>
#include <linux/slab.h>

struct tinyblk2 {
	struct request_queue *q;
	mempool_t lists;
	u32 *map;
	unsigned int blocks;
};

static blk_status_t tinyblk2_queue_rq(struct blk_mq_hw_ctx *hctx,
				      const struct blk_mq_queue_data *bd)
{
	struct tinyblk2 *tb = hctx->driver_data;
	struct request *rq = bd->rq;

	blk_mq_start_request(rq);
	rq->end_io_data = mempool_alloc(&tb->lists, GFP_NOIO);
	return BLK_STS_OK;
}

static void tinyblk2_complete(struct request *rq)
{
	struct tinyblk2 *tb = rq->q->queuedata;

	mempool_free(rq->end_io_data, &tb->lists);
	blk_mq_end_request(rq, BLK_STS_OK);
}

int tinyblk2_resize(struct tinyblk2 *tb, unsigned int blocks)
{
	u32 *map = kvmalloc(blocks * sizeof(*map), GFP_KERNEL);

	if (!map)
		return -ENOMEM;
	blk_mq_freeze_queue(tb->q);
	kvfree(tb->map);
	tb->map = map;
	tb->blocks = blocks;
	blk_mq_unfreeze_queue(tb->q);
	return 0;
}

int tinyblk2_init(struct tinyblk2 *tb)
{
	tb->q->queuedata = tb;
	return mempool_init_kmalloc_pool(&tb->lists, 16, 64);
}

const struct blk_mq_ops tinyblk2_mq_ops = {
	.queue_rq = tinyblk2_queue_rq,
	.complete = tinyblk2_complete,
};
