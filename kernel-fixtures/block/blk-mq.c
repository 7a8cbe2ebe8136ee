// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Requests, and the freezing of queues.
#include <linux/bio.h>
#include <linux/blk-mq.h>
#include <linux/slab.h>

void blk_mq_submit_bio(struct bio *bio)
{
	struct request_queue *q = bdev_get_queue(bio->bi_bdev);
	struct blk_mq_hw_ctx hctx = { .queue = q };
	struct request rq = { .q = q, .bio = bio };
	struct blk_mq_queue_data bd = { .rq = &rq, .last = true };

	if (q->mq_ops->queue_rq(&hctx, &bd))
		bio_io_error(bio);
}

void blk_mq_start_request(struct request *rq)
{
	rq->q->users.counter++;
}

void blk_mq_end_request(struct request *rq, blk_status_t error)
{
	rq->q->users.counter--;
	rq->bio->bi_status = error;
	bio_endio(rq->bio);
	wake_up(&rq->q->mq_freeze_wq);
}

void blk_freeze_queue_start(struct request_queue *q)
{
	mutex_lock(&q->mq_freeze_lock);
	q->mq_freeze_depth++;
	mutex_unlock(&q->mq_freeze_lock);
}

void blk_mq_freeze_queue_wait(struct request_queue *q)
{
	wait_event(q->mq_freeze_wq, !q->users.counter);
}

void blk_mq_freeze_queue(struct request_queue *q)
{
	blk_freeze_queue_start(q);
	blk_mq_freeze_queue_wait(q);
}

void blk_mq_unfreeze_queue(struct request_queue *q)
{
	mutex_lock(&q->mq_freeze_lock);
	if (!--q->mq_freeze_depth)
		wake_up(&q->mq_freeze_wq);
	mutex_unlock(&q->mq_freeze_lock);
}
