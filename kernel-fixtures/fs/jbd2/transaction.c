// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Handles: a task's part in the running transaction. A handle is a nofs scope, whose token it keeps.
#include <linux/jbd2.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

static handle_t *new_handle(int nblocks)
{
	handle_t *handle = kzalloc(sizeof(*handle), GFP_NOFS);

	if (!handle)
		return NULL;
	handle->h_total_credits = nblocks;
	handle->h_ref = 1;
	return handle;
}

static int start_this_handle(journal_t *journal, handle_t *handle, gfp_t gfp_mask)
{
	transaction_t *transaction = journal->j_running_transaction;

	if (!transaction) {
		transaction = kzalloc(sizeof(*transaction), gfp_mask);
		if (!transaction)
			return -ENOMEM;
		transaction->t_journal = journal;
		journal->j_running_transaction = transaction;
	}
	spin_lock(&journal->j_state_lock);
	transaction->t_updates++;
	spin_unlock(&journal->j_state_lock);
	handle->h_transaction = transaction;
	current->journal_info = handle;
	/* Reclaim in here would start another handle, or wait for this transaction. */
	handle->saved_alloc_context = memalloc_nofs_save();
	return 0;
}

handle_t *jbd2__journal_start(journal_t *journal, int nblocks, int rsv_blocks, int revoke_records,
			      gfp_t gfp_mask, unsigned int type, unsigned int line_no)
{
	handle_t *handle = journal_current_handle();
	int err;

	if (!journal)
		return ERR_PTR(-EROFS);
	if (handle) {
		handle->h_ref++;
		return handle;
	}
	handle = new_handle(nblocks);
	if (!handle)
		return ERR_PTR(-ENOMEM);
	err = start_this_handle(journal, handle, gfp_mask);
	if (err < 0) {
		kfree(handle);
		return ERR_PTR(err);
	}
	handle->h_type = type;
	return handle;
}

handle_t *jbd2_journal_start(journal_t *journal, int nblocks)
{
	return jbd2__journal_start(journal, nblocks, 0, 0, GFP_NOFS, 0, 0);
}

static void stop_this_handle(handle_t *handle)
{
	transaction_t *transaction = handle->h_transaction;
	journal_t *journal = transaction->t_journal;

	current->journal_info = NULL;
	spin_lock(&journal->j_state_lock);
	transaction->t_updates--;
	spin_unlock(&journal->j_state_lock);
	wake_up(&journal->j_wait_updates);
	memalloc_nofs_restore(handle->saved_alloc_context);
}

int jbd2_journal_stop(handle_t *handle)
{
	if (--handle->h_ref > 0)
		return 0;
	stop_this_handle(handle);
	kfree(handle);
	return 0;
}
