// RUN: %analyze --check=mempool-reentry --min-confidence=low %s | FileCheck %s --implicit-check-not=warning:
//
// A function that has its mask from its caller and cannot report failure needs one that can wait.
// So does whoever passes its own mask on to it.

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/gfp.h>
#include <linux/kernel.h>

static struct bio *next_bio(struct block_device *bdev, unsigned long *left, gfp_t gfp)
{
	struct bio *bio;

	if (!*left)
		return NULL;
	bio = bio_alloc(bdev, 0, 0, gfp);
	if (!bio)
		return NULL;
	*left -= 1;
	return bio;
}

/* NULL is the end. */
static int discard(struct block_device *bdev, unsigned long left, gfp_t gfp)
{
	struct bio *bio;

	while ((bio = next_bio(bdev, &left, gfp)))
		submit_bio(bio);
	return 0;
}

static int trim(struct block_device *bdev, gfp_t gfp)
{
	return discard(bdev, 16, gfp);
}

int bad(struct block_device *bdev)
{
	return trim(bdev, GFP_NOWAIT);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: bad() gives GFP_NOWAIT to trim(), which takes from a pool and takes failure for the end of the work, which its caller does not learn [mempool-reentry, high confidence]
	// CHECK: in bad: calls trim()
	// CHECK: in trim: calls discard()
	// CHECK: in discard: calls next_bio()
	// CHECK: in next_bio: calls bio_alloc()
	// CHECK: bio_alloc_bioset() never fails, but only with a mask that can wait
	// CHECK: in discard: only NULL ends this loop: the work that is left is lost
	// CHECK: fix: pass a mask that can wait (GFP_NOIO) to trim()
}

int fixed(struct block_device *bdev)
{
	return trim(bdev, GFP_NOIO);
}

/* What is left tells. */
static int discard_some(struct block_device *bdev, unsigned long *left, gfp_t gfp)
{
	struct bio *bio;

	while (*left) {
		bio = next_bio(bdev, left, gfp);
		if (!bio)
			return -ENOMEM;
		submit_bio(bio);
	}
	return 0;
}

int fixed_reported(struct block_device *bdev)
{
	unsigned long left = 16;

	return discard_some(bdev, &left, GFP_NOWAIT);
}

static void flush(struct block_device *bdev, gfp_t gfp)
{
	struct bio *bio = bio_alloc(bdev, 0, 0, gfp);

	bio->bi_private = bdev;
	submit_bio(bio);
}

void bad_flush(struct block_device *bdev)
{
	flush(bdev, GFP_ATOMIC);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: bad_flush() gives GFP_ATOMIC to flush(), which takes from a pool and dereferences what it gets without a test [mempool-reentry, high confidence]
}

void fixed_flush(struct block_device *bdev)
{
	flush(bdev, GFP_NOIO);
}

/* Only with a mask that can wait does it rely on it. */
static void flush_either(struct block_device *bdev, gfp_t gfp)
{
	if (gfpflags_allow_blocking(gfp))
		flush(bdev, gfp);
}

void fixed_either(struct block_device *bdev)
{
	flush_either(bdev, GFP_ATOMIC);
}

/* It does nothing, and nobody learns of it. Whether that matters is not known. */
static void hint(struct block_device *bdev, gfp_t gfp)
{
	struct bio *bio = bio_alloc(bdev, 0, 0, gfp);

	if (bio)
		submit_bio(bio);
}

void unclear_hint(struct block_device *bdev)
{
	hint(bdev, GFP_NOWAIT);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: unclear_hint() gives GFP_NOWAIT to hint(), which takes from a pool and does not tell its caller of failure [mempool-reentry, low confidence]
}
