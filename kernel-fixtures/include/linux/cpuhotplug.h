/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* What is done while a CPU comes up or goes down. */
#ifndef _LINUX_CPUHOTPLUG_H
#define _LINUX_CPUHOTPLUG_H

#include <linux/types.h>

enum cpuhp_state {
	CPUHP_OFFLINE = 0,
	CPUHP_BP_PREPARE_DYN = 20,
	/* From here on interrupts are off: the STARTING and DYING sections. */
	CPUHP_AP_IDLE_DEAD = 40,
	CPUHP_AP_TINY_TIMER_STARTING,
	CPUHP_AP_ONLINE,
	CPUHP_AP_ONLINE_DYN = 60,
};

int cpuhp_setup_state(enum cpuhp_state state, const char *name, int (*startup)(unsigned int cpu),
		      int (*teardown)(unsigned int cpu));

#endif
