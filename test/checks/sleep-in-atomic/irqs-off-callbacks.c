// RUN: %analyze --check=sleep-in-atomic %s | FileCheck %s --implicit-check-not=warning:
//
// Callbacks that run with interrupts disabled: of CPU hotplug those whose state lies in the STARTING
// and DYING sections, notifiers of a CPU's deep sleep, the core's own suspend and resume.

#include <linux/cpu_pm.h>
#include <linux/cpuhotplug.h>
#include <linux/slab.h>
#include <linux/syscore_ops.h>

static void *slot;

static int bad_starting(unsigned int cpu)
{
	slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_starting() is a CPU hotplug callback, which runs with interrupts disabled
	return 0;
}

static int bad_dying(unsigned int cpu)
{
	slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_dying() is a CPU hotplug callback, which runs with interrupts disabled
	return 0;
}

static int fixed_starting(unsigned int cpu)
{
	slot = kmalloc(64, GFP_ATOMIC);
	return 0;
}

static int prepare(unsigned int cpu)
{
	slot = kmalloc(64, GFP_KERNEL);
	return 0;
}

static int online(unsigned int cpu)
{
	slot = kmalloc(64, GFP_KERNEL);
	return 0;
}

static int bad_enter(struct notifier_block *nb, unsigned long action, void *data)
{
	slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_enter() is a CPU power-management notifier, which runs with interrupts disabled
	return 0;
}

static int bad_suspend(void)
{
	slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_suspend() is a system core suspend operation, which runs with interrupts disabled
	return 0;
}

static void shutdown(void)
{
	slot = kmalloc(64, GFP_KERNEL);
}

static struct notifier_block enter = { .notifier_call = bad_enter };
static struct syscore_ops ops = { .suspend = bad_suspend, .shutdown = shutdown };

void setup(void)
{
	cpuhp_setup_state(CPUHP_AP_TINY_TIMER_STARTING, "tiny", bad_starting, bad_dying);
	cpuhp_setup_state(CPUHP_AP_TINY_TIMER_STARTING, "fixed", fixed_starting, NULL);
	cpuhp_setup_state(CPUHP_BP_PREPARE_DYN, "prepare", prepare, NULL);
	cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "online", online, NULL);
	cpu_pm_register_notifier(&enter);
	register_syscore_ops(&ops);
}
