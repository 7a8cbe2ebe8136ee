// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// And for a target of the device mapper.

#include <linux/device-mapper.h>
#include <linux/slab.h>

static int bad_map(struct dm_target *ti, struct bio *bio)
{
	bio->bi_private = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and start I/O: bad_map() is {{.*}}map{{.*}}[reclaim-reentry, high confidence]
	return DM_MAPIO_REMAPPED;
}

static int bad_nofs_map(struct dm_target *ti, struct bio *bio)
{
	bio->bi_private = kmalloc(64, GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS and start I/O: bad_nofs_map() is {{.*}}map{{.*}}[reclaim-reentry, high confidence]
	return DM_MAPIO_REMAPPED;
}

static int fixed_map(struct dm_target *ti, struct bio *bio)
{
	bio->bi_private = kmalloc(64, GFP_NOIO);
	return DM_MAPIO_REMAPPED;
}

static int fixed_ctr(struct dm_target *ti, unsigned int argc, char **argv)
{
	ti->private = kmalloc(64, GFP_KERNEL);
	return 0;
}

static struct target_type targets[] = {
	{ .name = "bad", .map = bad_map },
	{ .name = "bad-nofs", .map = bad_nofs_map },
	{ .name = "fixed", .ctr = fixed_ctr, .map = fixed_map },
};

int init(void)
{
	return dm_register_target(&targets[0]) ?: dm_register_target(&targets[1]) ?:
	       dm_register_target(&targets[2]);
}
