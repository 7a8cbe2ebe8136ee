/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_BLK_TYPES_H
#define _LINUX_BLK_TYPES_H

#include <linux/types.h>

struct bio;
struct bio_set;
struct folio;
struct gendisk;

typedef u8 blk_status_t;
typedef u32 blk_opf_t;
typedef void (bio_end_io_t)(struct bio *bio);

#define BLK_STS_OK 0
#define BLK_STS_RESOURCE ((blk_status_t)9)
#define BLK_STS_IOERR ((blk_status_t)10)

#define REQ_OP_READ ((blk_opf_t)0)
#define REQ_OP_WRITE ((blk_opf_t)1)

struct block_device {
	struct gendisk *bd_disk;
	struct request_queue *bd_queue;
};

struct bio {
	struct bio *bi_next;
	struct block_device *bi_bdev;
	blk_opf_t bi_opf;
	blk_status_t bi_status;
	bio_end_io_t *bi_end_io;
	void *bi_private;
	struct folio *bi_folio;
	unsigned short bi_vcnt;
	struct bio_set *bi_pool;
};

#endif
