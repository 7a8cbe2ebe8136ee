// RUN: %analyze --check=reclaim-reentry %s %{fixtures}/fs/btrfs/transaction.c | FileCheck %s --implicit-check-not=warning:
//
// The same, where the callback is in a table and nobody is seen to call it: it hands the pointer on
// to a function that takes a transaction, so it was one.

#include <linux/slab.h>

#include "fs/btrfs/transaction.h"

struct walk_ops {
	int (*entry)(int key, void *private);
};

static int touch(struct btrfs_trans_handle *trans, int key)
{
	return trans->aborted + key;
}

static int bad_entry(int key, void *private)
{
	void *node = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_entry() {{.*}}transaction{{.*}}[reclaim-reentry, {{high|medium}} confidence]

	return node ? touch(private, key) : -ENOMEM;
}

static int fixed_entry(int key, void *private)
{
	void *node = kmalloc(64, GFP_NOFS);

	return node ? touch(private, key) : -ENOMEM;
}

/* Its private data is something else. */
static int fixed_other(int key, void *private)
{
	*(void **)private = kmalloc(64, GFP_KERNEL);
	return key;
}

const struct walk_ops walks[] = {
	{ .entry = bad_entry },
	{ .entry = fixed_entry },
	{ .entry = fixed_other },
};
