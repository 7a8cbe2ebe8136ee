// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// A bio's completion runs in an interrupt or in whatever worker of a stacked driver: others' I/O
// waits behind it.

#include <linux/bio.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

static void decompress(struct bio *bio)
{
	bio->bi_private = kmalloc(4096, GFP_KERNEL);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and start I/O: bad_end_io() is {{.*}}bi_end_io{{.*}}[reclaim-reentry, high confidence]
}

static void bad_end_io(struct bio *bio)
{
	decompress(bio);
	bio_put(bio);
}

static void bad_nofs_end_io(struct bio *bio)
{
	bio->bi_private = kmalloc(4096, GFP_NOFS);
	// CHECK-DAG: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS and start I/O: bad_nofs_end_io() is {{.*}}bi_end_io{{.*}}[reclaim-reentry, high confidence]
	bio_put(bio);
}

static void fixed_end_io(struct bio *bio)
{
	unsigned int noio = memalloc_noio_save();

	decompress(bio);
	memalloc_noio_restore(noio);
	bio_put(bio);
}

static void fixed_noio_end_io(struct bio *bio)
{
	bio->bi_private = kmalloc(4096, GFP_NOIO);
	bio_put(bio);
}

void read(struct bio *bio, int how)
{
	if (how == 0)
		bio->bi_end_io = bad_end_io;
	else if (how == 1)
		bio->bi_end_io = bad_nofs_end_io;
	else if (how == 2)
		bio->bi_end_io = fixed_end_io;
	else
		bio->bi_end_io = fixed_noio_end_io;
	submit_bio(bio);
}
