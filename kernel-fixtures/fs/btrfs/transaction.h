/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Transactions that are no scope: whoever has one must say GFP_NOFS, or open a scope. */
#ifndef BTRFS_TRANSACTION_H
#define BTRFS_TRANSACTION_H

#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/types.h>

struct btrfs_fs_info;
struct btrfs_transaction;

struct btrfs_root {
	struct btrfs_fs_info *fs_info;
	u64 objectid;
};

struct btrfs_trans_handle {
	u64 transid;
	u64 bytes_reserved;
	struct btrfs_transaction *transaction;
	struct btrfs_fs_info *fs_info;
	int aborted;
};

struct btrfs_trans_handle *btrfs_start_transaction(struct btrfs_root *root,
						   unsigned int num_items);
struct btrfs_trans_handle *btrfs_join_transaction(struct btrfs_root *root);
int btrfs_end_transaction(struct btrfs_trans_handle *trans);
int btrfs_commit_transaction(struct btrfs_trans_handle *trans);
void __btrfs_abort_transaction(struct btrfs_trans_handle *trans, int error);
#define btrfs_abort_transaction(trans, error) __btrfs_abort_transaction((trans), (error))

#endif
