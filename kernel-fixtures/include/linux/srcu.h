/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Sleepable RCU: its readers may sleep. */
#ifndef _LINUX_SRCU_H
#define _LINUX_SRCU_H

#include <linux/types.h>

struct srcu_struct {
	unsigned int idx;
	atomic_t readers[2];
};

int srcu_read_lock(struct srcu_struct *ssp);
void srcu_read_unlock(struct srcu_struct *ssp, int idx);
void synchronize_srcu(struct srcu_struct *ssp);

#endif
