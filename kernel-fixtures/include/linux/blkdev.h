/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_BLKDEV_H
#define _LINUX_BLKDEV_H

#include <linux/blk_types.h>
#include <linux/mutex.h>
#include <linux/wait.h>

struct blk_mq_ops;
struct module;
struct gendisk;

typedef unsigned int blk_mode_t;

struct request_queue {
	const struct blk_mq_ops *mq_ops;
	void *queuedata;
	struct gendisk *disk;
	int mq_freeze_depth;
	struct mutex mq_freeze_lock;
	wait_queue_head_t mq_freeze_wq;
	atomic_t users;
};

struct block_device_operations {
	void (*submit_bio)(struct bio *bio);
	int (*open)(struct gendisk *disk, blk_mode_t mode);
	void (*release)(struct gendisk *disk);
	int (*ioctl)(struct block_device *bdev, blk_mode_t mode, unsigned int cmd,
		     unsigned long arg);
	struct module *owner;
};

struct gendisk {
	const struct block_device_operations *fops;
	struct request_queue *queue;
	void *private_data;
};

static inline struct request_queue *bdev_get_queue(struct block_device *bdev)
{
	return bdev->bd_queue;
}

void submit_bio_noacct(struct bio *bio);
int add_disk(struct gendisk *disk);

#endif
