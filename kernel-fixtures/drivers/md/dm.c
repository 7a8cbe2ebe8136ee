// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A mapped device: bios come in and targets map them.
#include <linux/bio.h>
#include <linux/device-mapper.h>

static struct target_type *targets[8];
static unsigned int nr_targets;

int dm_register_target(struct target_type *t)
{
	if (nr_targets == 8)
		return -1;
	targets[nr_targets++] = t;
	return 0;
}

static void dm_submit_bio(struct bio *bio)
{
	struct dm_target *ti = bio->bi_bdev->bd_disk->private_data;

	switch (ti->type->map(ti, bio)) {
	case DM_MAPIO_REMAPPED:
		bio->bi_bdev = ti->bdev;
		submit_bio_noacct(bio);
		break;
	case DM_MAPIO_KILL:
		bio_io_error(bio);
		break;
	}
}

static const struct block_device_operations dm_blk_dops = {
	.submit_bio = dm_submit_bio,
};

int dm_create(struct gendisk *disk, struct dm_target *ti)
{
	disk->fops = &dm_blk_dops;
	disk->private_data = ti;
	return add_disk(disk);
}
