// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From submit_bio() to the driver.
#include <linux/bio.h>
#include <linux/blk-mq.h>

static void blk_queue_enter(struct request_queue *q)
{
	wait_event(q->mq_freeze_wq, !q->mq_freeze_depth);
}

void submit_bio_noacct(struct bio *bio)
{
	struct gendisk *disk = bio->bi_bdev->bd_disk;

	blk_queue_enter(disk->queue);
	if (disk->fops->submit_bio)
		disk->fops->submit_bio(bio);
	else
		blk_mq_submit_bio(bio);
}

void submit_bio(struct bio *bio)
{
	submit_bio_noacct(bio);
}
