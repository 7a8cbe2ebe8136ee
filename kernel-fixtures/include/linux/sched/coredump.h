/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What is known of a process's memory as a whole: bits of mm_struct.flags. */
#ifndef _LINUX_SCHED_COREDUMP_H
#define _LINUX_SCHED_COREDUMP_H

#include <linux/bitops.h>
#include <linux/rwsem.h>

#define MMF_DUMPABLE 3
#define MMF_OOM_SKIP 17 /* nothing is to be got from it any more; 21 in Linux 6.12 */

struct mm_struct {
	unsigned long flags;
	struct rw_semaphore mmap_lock;
	int busy;
};

#endif
