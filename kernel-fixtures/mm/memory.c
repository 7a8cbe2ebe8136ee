// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A user address may be paged out: touching it may wait for the disk.
#include <linux/sched.h>
#include <linux/uaccess.h>

void __might_fault(const char *file, int line)
{
	if (current->pagefault_disabled)
		return;
	__might_sleep(file, line);
}
