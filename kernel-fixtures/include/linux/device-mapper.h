/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_DEVICE_MAPPER_H
#define _LINUX_DEVICE_MAPPER_H

#include <linux/bio.h>
#include <linux/blkdev.h>

struct dm_target;

typedef int (*dm_ctr_fn)(struct dm_target *target, unsigned int argc, char **argv);
typedef void (*dm_dtr_fn)(struct dm_target *ti);
typedef int (*dm_map_fn)(struct dm_target *ti, struct bio *bio);
typedef int (*dm_endio_fn)(struct dm_target *ti, struct bio *bio, blk_status_t *error);

#define DM_MAPIO_SUBMITTED 0
#define DM_MAPIO_REMAPPED 1
#define DM_MAPIO_KILL 4

struct target_type {
	u64 features;
	const char *name;
	struct module *module;
	dm_ctr_fn ctr;
	dm_dtr_fn dtr;
	dm_map_fn map;
	dm_endio_fn end_io;
};

struct dm_target {
	struct target_type *type;
	struct block_device *bdev;
	void *private;
	char *error;
};

int dm_register_target(struct target_type *t);

#endif
