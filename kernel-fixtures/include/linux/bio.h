/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_BIO_H
#define _LINUX_BIO_H

#include <linux/blk_types.h>
#include <linux/mempool.h>

struct bio_set {
	struct kmem_cache *bio_slab;
	mempool_t bio_pool;
};

extern struct bio_set fs_bio_set;

int bioset_init(struct bio_set *bs, unsigned int pool_size, unsigned int front_pad, int flags);
struct bio *bio_alloc_bioset(struct block_device *bdev, unsigned short nr_vecs, blk_opf_t opf,
			     gfp_t gfp_mask, struct bio_set *bs);
void bio_put(struct bio *bio);
void bio_endio(struct bio *bio);
bool bio_add_folio(struct bio *bio, struct folio *folio, size_t len, size_t off);
void submit_bio(struct bio *bio);
int submit_bio_wait(struct bio *bio);

static inline struct bio *bio_alloc(struct block_device *bdev, unsigned short nr_vecs,
				    blk_opf_t opf, gfp_t gfp_mask)
{
	return bio_alloc_bioset(bdev, nr_vecs, opf, gfp_mask, &fs_bio_set);
}

static inline void bio_io_error(struct bio *bio)
{
	bio->bi_status = BLK_STS_IOERR;
	bio_endio(bio);
}

#endif
