// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bios come from a pool, so that they can be had when there is no memory.
#include <linux/bio.h>
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/slab.h>

struct bio_set fs_bio_set;

int bioset_init(struct bio_set *bs, unsigned int pool_size, unsigned int front_pad, int flags)
{
	return mempool_init_slab_pool(&bs->bio_pool, pool_size, bs->bio_slab);
}

struct bio *bio_alloc_bioset(struct block_device *bdev, unsigned short nr_vecs, blk_opf_t opf,
			     gfp_t gfp_mask, struct bio_set *bs)
{
	struct bio *bio = mempool_alloc(&bs->bio_pool, gfp_mask);

	if (!bio)
		return NULL;
	memset(bio, 0, sizeof(*bio));
	bio->bi_bdev = bdev;
	bio->bi_opf = opf;
	bio->bi_pool = bs;
	return bio;
}

void bio_put(struct bio *bio)
{
	mempool_free(bio, &bio->bi_pool->bio_pool);
}

bool bio_add_folio(struct bio *bio, struct folio *folio, size_t len, size_t off)
{
	bio->bi_folio = folio;
	bio->bi_vcnt++;
	return true;
}

/* Called by the driver, in an interrupt or in a worker of its own. */
void bio_endio(struct bio *bio)
{
	if (bio->bi_end_io)
		bio->bi_end_io(bio);
}

static void submit_bio_wait_endio(struct bio *bio)
{
	complete(bio->bi_private);
}

int submit_bio_wait(struct bio *bio)
{
	struct completion done;

	init_completion(&done);
	bio->bi_private = &done;
	bio->bi_end_io = submit_bio_wait_endio;
	submit_bio(bio);
	wait_for_completion(&done);
	return bio->bi_status ? -EIO : 0;
}
