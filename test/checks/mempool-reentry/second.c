// RUN: %analyze --check=mempool-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// Whoever waits for a second element of a pool while it has one itself may wait for ever: so may all
// others who have one.

#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/gfp.h>
#include <linux/mempool.h>

struct dev {
	mempool_t pool, other;
	struct block_device *bdev;
	struct bio *queued;
};

struct chain {
	struct bio *bios[4];
};

void bad(struct dev *d)
{
	int *a = mempool_alloc(&d->pool, GFP_NOIO);
	int *b = mempool_alloc(&d->pool, GFP_NOIO);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: mempool_alloc() may wait for an element of the pool, of which bad() has one that nobody can free until it goes on [mempool-reentry, medium confidence]
	// CHECK: [[#@LINE-3]]: in bad: mempool_alloc() takes an element
	// CHECK: in bad: mempool_alloc() waits for another
	// CHECK: fix: submit or free the first element before, or take the second from a pool of its own

	*a = *b = 0;
	mempool_free(a, &d->pool);
	mempool_free(b, &d->pool);
}

void fixed_pools(struct dev *d)
{
	int *a = mempool_alloc(&d->pool, GFP_NOIO);
	int *b = mempool_alloc(&d->other, GFP_NOIO);

	mempool_free(a, &d->pool);
	mempool_free(b, &d->other);
}

void fixed_freed(struct dev *d)
{
	int *a = mempool_alloc(&d->pool, GFP_NOIO);
	int *b;

	mempool_free(a, &d->pool);
	b = mempool_alloc(&d->pool, GFP_NOIO);
	mempool_free(b, &d->pool);
}

void fixed_nowait(struct dev *d)
{
	int *a = mempool_alloc(&d->pool, GFP_NOIO);
	int *b = mempool_alloc(&d->pool, GFP_NOWAIT);

	if (b)
		mempool_free(b, &d->pool);
	mempool_free(a, &d->pool);
}

/* The next is chained to the one before, which is submitted too late. */
void bad_chain(struct dev *d, int n)
{
	struct bio *bio = bio_alloc(d->bdev, 1, 0, GFP_KERNEL);

	while (n--) {
		struct bio *prev = bio;

		bio = bio_alloc(d->bdev, 1, 0, GFP_KERNEL);
		// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: bio_alloc() may wait for an element of the pool, of which bad_chain() has one that nobody can free until it goes on [mempool-reentry, medium confidence]
		bio->bi_private = prev;
		submit_bio(prev);
	}
	submit_bio(bio);
}

void fixed_chain(struct dev *d, int n)
{
	while (n--)
		submit_bio(bio_alloc(d->bdev, 1, 0, GFP_KERNEL));
}

/* All are taken before the first is submitted. */
void bad_collect(struct dev *d)
{
	struct chain c;
	int i;

	for (i = 0; i < 4; i++)
		c.bios[i] = bio_alloc(d->bdev, 1, 0, GFP_NOIO);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: bio_alloc() may wait for an element of the pool, of which bad_collect() has one that nobody can free until it goes on [mempool-reentry, medium confidence]
	// CHECK: in bad_collect: bio_alloc() takes the next, in the next round
	// CHECK: fix: submit or free each element before the next is taken
	for (i = 0; i < 4; i++)
		submit_bio(c.bios[i]);
}

/* Somebody else may submit what is put there. */
void fixed_handed_over(struct dev *d, int n)
{
	while (n--)
		d->queued = bio_alloc(d->bdev, 1, 0, GFP_NOIO);
}

/* One of two ways to the one element of each round. */
void fixed_either(struct dev *d, int n, int how)
{
	struct bio *bio;

	while (n--) {
		if (how)
			bio = bio_alloc(d->bdev, 1, 0, GFP_NOIO);
		else
			bio = bio_alloc(d->bdev, 2, 1, GFP_NOIO);
		submit_bio(bio);
	}
}
