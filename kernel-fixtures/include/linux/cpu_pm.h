/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Who is told before a CPU loses its state to a deep sleep. */
#ifndef _LINUX_CPU_PM_H
#define _LINUX_CPU_PM_H

#include <linux/notifier.h>

int cpu_pm_register_notifier(struct notifier_block *nb);

#endif
