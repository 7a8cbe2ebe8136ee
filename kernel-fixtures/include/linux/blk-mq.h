/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_BLK_MQ_H
#define _LINUX_BLK_MQ_H

#include <linux/blkdev.h>

struct request {
	struct request_queue *q;
	struct bio *bio;
	void *end_io_data;
};

struct blk_mq_hw_ctx {
	struct request_queue *queue;
	void *driver_data;
};

struct blk_mq_queue_data {
	struct request *rq;
	bool last;
};

enum blk_eh_timer_return { BLK_EH_DONE, BLK_EH_RESET_TIMER };

/* How a driver is given requests. */
struct blk_mq_ops {
	blk_status_t (*queue_rq)(struct blk_mq_hw_ctx *hctx, const struct blk_mq_queue_data *bd);
	void (*commit_rqs)(struct blk_mq_hw_ctx *hctx);
	enum blk_eh_timer_return (*timeout)(struct request *rq);
	void (*complete)(struct request *rq);
	int (*init_hctx)(struct blk_mq_hw_ctx *hctx, void *data, unsigned int index);
	int (*init_request)(void *set, struct request *rq, unsigned int hctx_idx,
			    unsigned int numa_node);
};

/* What the driver keeps for each request lies behind it. */
static inline void *blk_mq_rq_to_pdu(struct request *rq)
{
	return rq + 1;
}

void blk_mq_submit_bio(struct bio *bio);
void blk_mq_start_request(struct request *rq);
void blk_mq_end_request(struct request *rq, blk_status_t error);

/* Waits until no request is left, and lets none in until unfrozen. */
void blk_mq_freeze_queue(struct request_queue *q);
void blk_mq_unfreeze_queue(struct request_queue *q);
void blk_freeze_queue_start(struct request_queue *q);
void blk_mq_freeze_queue_wait(struct request_queue *q);

#endif
