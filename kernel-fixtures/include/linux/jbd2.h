/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* A journal, and transactions on it. */
#ifndef _LINUX_JBD2_H
#define _LINUX_JBD2_H

#include <linux/err.h>
#include <linux/sched.h>
#include <linux/wait.h>

typedef struct transaction_s transaction_t;
typedef struct jbd2_journal_handle handle_t;
typedef struct journal_s journal_t;

struct transaction_s {
	journal_t *t_journal;
	int t_updates;
};

struct journal_s {
	spinlock_t j_state_lock;
	transaction_t *j_running_transaction;
	wait_queue_head_t j_wait_updates;
};

/* A task's part in the running transaction. */
struct jbd2_journal_handle {
	union {
		transaction_t *h_transaction;
		journal_t *h_journal;
	};
	int h_ref;
	int h_total_credits;
	unsigned int h_type;
	unsigned int saved_alloc_context; /* of the nofs scope that the handle is */
};

static inline handle_t *journal_current_handle(void)
{
	return current->journal_info;
}

handle_t *jbd2__journal_start(journal_t *journal, int nblocks, int rsv_blocks, int revoke_records,
			      gfp_t gfp_mask, unsigned int type, unsigned int line_no);
handle_t *jbd2_journal_start(journal_t *journal, int nblocks);
int jbd2_journal_stop(handle_t *handle);

#endif
