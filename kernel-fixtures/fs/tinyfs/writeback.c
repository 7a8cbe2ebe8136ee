// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writeback with one bug and its fix.
//
// tinyfs_writepages() marks a folio as under writeback and then looks its extent up. The lookup is the
// readers', too, and allocates with GFP_KERNEL, three calls away: reclaim in there waits for the end of
// the folio's writeback, which nobody has submitted yet.
#include <linux/bio.h>
#include <linux/pagemap.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/writeback.h>

struct tinyfs_extent {
	loff_t start, block;
	struct tinyfs_extent *next;
};

static struct tinyfs_extent *tinyfs_extent_new(loff_t start)
{
	struct tinyfs_extent *extent = kzalloc(sizeof(*extent), GFP_KERNEL);

	if (extent)
		extent->start = start;
	return extent;
}

static struct tinyfs_extent *tinyfs_extent_get(struct inode *inode, loff_t start)
{
	struct tinyfs_extent *extent;

	for (extent = inode->i_private; extent; extent = extent->next)
		if (extent->start == start)
			return extent;
	extent = tinyfs_extent_new(start);
	if (!extent)
		return NULL;
	extent->next = inode->i_private;
	inode->i_private = extent;
	return extent;
}

static void tinyfs_write_end_io(struct bio *bio)
{
	folio_end_writeback(bio->bi_folio);
	bio_put(bio);
}

static int tinyfs_write_folio(struct inode *inode, struct folio *folio)
{
	struct tinyfs_extent *extent;
	struct bio *bio;

	bio = bio_alloc(inode->i_sb->s_bdev, 1, REQ_OP_WRITE, GFP_NOFS);
	folio_start_writeback(folio);
	folio_unlock(folio);
	extent = tinyfs_extent_get(inode, folio->index); /* the bug: too late, or no scope */
	if (!extent) {
		folio_end_writeback(folio);
		bio_put(bio);
		return -ENOMEM;
	}
	bio_add_folio(bio, folio, 4096, extent->block);
	bio->bi_end_io = tinyfs_write_end_io;
	submit_bio(bio);
	return 0;
}

static int tinyfs_writepages(struct address_space *mapping, struct writeback_control *wbc)
{
	struct folio *folio = NULL;
	int error = 0;

	while ((folio = writeback_iter(mapping, wbc, folio, &error)))
		error = tinyfs_write_folio(mapping->host, folio);
	return error;
}

static int tinyfs_writepages_fixed(struct address_space *mapping, struct writeback_control *wbc)
{
	unsigned int nofs = memalloc_nofs_save();
	struct tinyfs_extent *extent;
	struct folio *folio = NULL;
	struct bio *bio;
	int error = 0;

	while ((folio = writeback_iter(mapping, wbc, folio, &error))) {
		extent = tinyfs_extent_get(mapping->host, folio->index);
		if (!extent) {
			folio_unlock(folio);
			error = -ENOMEM;
			continue;
		}
		bio = bio_alloc(mapping->host->i_sb->s_bdev, 1, REQ_OP_WRITE, GFP_NOIO);
		folio_start_writeback(folio);
		folio_unlock(folio);
		bio_add_folio(bio, folio, 4096, extent->block);
		bio->bi_end_io = tinyfs_write_end_io;
		submit_bio(bio);
	}
	memalloc_nofs_restore(nofs);
	return error;
}

static int tinyfs_read_folio(struct file *file, struct folio *folio)
{
	struct tinyfs_extent *extent = tinyfs_extent_get(folio->mapping->host, folio->index);

	folio_unlock(folio);
	return extent ? 0 : -EIO;
}

const struct address_space_operations tinyfs_aops = {
	.read_folio = tinyfs_read_folio,
	.writepages = tinyfs_writepages,
};

const struct address_space_operations tinyfs_aops_fixed = {
	.read_folio = tinyfs_read_folio,
	.writepages = tinyfs_writepages_fixed,
};
