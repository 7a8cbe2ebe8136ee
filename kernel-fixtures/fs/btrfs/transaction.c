// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/slab.h>
#include <linux/wait.h>

#include "transaction.h"

struct btrfs_transaction {
	u64 transid;
	int num_writers;
};

struct btrfs_fs_info {
	struct mutex trans_mutex;
	wait_queue_head_t writer_wait;
	struct btrfs_transaction *running;
};

static struct btrfs_trans_handle *start_transaction(struct btrfs_root *root,
						    unsigned int num_items)
{
	struct btrfs_fs_info *fs_info = root->fs_info;
	struct btrfs_trans_handle *h = kzalloc(sizeof(*h), GFP_NOFS);

	if (!h)
		return ERR_PTR(-ENOMEM);
	mutex_lock(&fs_info->trans_mutex);
	if (!fs_info->running)
		fs_info->running = kzalloc(sizeof(*fs_info->running), GFP_NOFS);
	if (!fs_info->running) {
		mutex_unlock(&fs_info->trans_mutex);
		kfree(h);
		return ERR_PTR(-ENOMEM);
	}
	fs_info->running->num_writers++;
	mutex_unlock(&fs_info->trans_mutex);
	h->transaction = fs_info->running;
	h->transid = h->transaction->transid;
	h->bytes_reserved = num_items * 4096;
	h->fs_info = fs_info;
	return h;
}

struct btrfs_trans_handle *btrfs_start_transaction(struct btrfs_root *root,
						   unsigned int num_items)
{
	return start_transaction(root, num_items);
}

struct btrfs_trans_handle *btrfs_join_transaction(struct btrfs_root *root)
{
	return start_transaction(root, 0);
}

int btrfs_end_transaction(struct btrfs_trans_handle *trans)
{
	struct btrfs_fs_info *fs_info = trans->fs_info;
	int err = trans->aborted;

	mutex_lock(&fs_info->trans_mutex);
	trans->transaction->num_writers--;
	mutex_unlock(&fs_info->trans_mutex);
	wake_up(&fs_info->writer_wait);
	kfree(trans);
	return err;
}

int btrfs_commit_transaction(struct btrfs_trans_handle *trans)
{
	struct btrfs_fs_info *fs_info = trans->fs_info;
	int err = btrfs_end_transaction(trans);

	wait_event(fs_info->writer_wait, !fs_info->running->num_writers);
	return err;
}

void __btrfs_abort_transaction(struct btrfs_trans_handle *trans, int error)
{
	trans->aborted = error;
}
