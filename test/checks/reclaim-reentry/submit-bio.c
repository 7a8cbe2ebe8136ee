// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// The same holds for a driver that takes bios.

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/slab.h>

static void bad_submit_bio(struct bio *bio)
{
	bio->bi_private = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and start I/O: bad_submit_bio() is {{.*}}submit_bio{{.*}}[reclaim-reentry, high confidence]
	bio_endio(bio);
}

static void bad_nofs_bio(struct bio *bio)
{
	bio->bi_private = kmalloc(64, GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS and start I/O: bad_nofs_bio() is {{.*}}submit_bio{{.*}}[reclaim-reentry, high confidence]
	bio_endio(bio);
}

static void fixed_submit_bio(struct bio *bio)
{
	bio->bi_private = kmalloc(64, GFP_NOIO);
	bio_endio(bio);
}

static int fixed_open(struct gendisk *disk, blk_mode_t mode)
{
	disk->private_data = kmalloc(64, GFP_KERNEL);
	return 0;
}

const struct block_device_operations bad_fops = { .submit_bio = bad_submit_bio };
const struct block_device_operations bad_nofs_fops = { .submit_bio = bad_nofs_bio };
const struct block_device_operations fixed_fops = {
	.submit_bio = fixed_submit_bio,
	.open = fixed_open,
};
