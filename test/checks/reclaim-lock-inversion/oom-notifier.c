// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// OOM notifiers run in the stack of the allocation that found no memory, whatever its flags. A
// notifier of another chain is not run there.

#include <linux/mutex.h>
#include <linux/oom.h>
#include <linux/slab.h>

static DEFINE_MUTEX(bad_lock);
static void *bad_slot;

static int bad_oom_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	unsigned long *freed = data;

	mutex_lock(&bad_lock);
	kfree(bad_slot);
	bad_slot = NULL;
	mutex_unlock(&bad_lock);
	*freed += 1;
	return NOTIFY_OK;
}

static struct notifier_block bad_nb = { .notifier_call = bad_oom_notify };

void bad(void)
{
	mutex_lock(&bad_lock);
	bad_slot = kmalloc(64, GFP_NOFS);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_NOFS, which waits for bad_lock: bad() holds mutex &bad_lock [reclaim-lock-inversion, high confidence]
	// CHECK: reclaim -> bad_lock: whatever the flags, GFP_NOFS and GFP_NOIO included:
	// CHECK: in bad_oom_notify: OOM notifier begins
	// CHECK: in bad_oom_notify: waits for mutex bad_lock (mutex_lock)
	mutex_unlock(&bad_lock);
}

static DEFINE_MUTEX(fixed_lock);
static void *fixed_slot;

static int fixed_oom_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	unsigned long *freed = data;

	if (!mutex_trylock(&fixed_lock))
		return NOTIFY_DONE;
	kfree(fixed_slot);
	fixed_slot = NULL;
	mutex_unlock(&fixed_lock);
	*freed += 1;
	return NOTIFY_OK;
}

static struct notifier_block fixed_nb = { .notifier_call = fixed_oom_notify };

void fixed(void)
{
	mutex_lock(&fixed_lock);
	fixed_slot = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&fixed_lock);
}

/* Of another chain. */
static struct blocking_notifier_head reboot_list;
static DEFINE_MUTEX(reboot_lock);
static void *reboot_slot;

static int reboot_notify(struct notifier_block *nb, unsigned long action, void *data)
{
	mutex_lock(&reboot_lock);
	kfree(reboot_slot);
	mutex_unlock(&reboot_lock);
	return NOTIFY_OK;
}

static struct notifier_block reboot_nb = { .notifier_call = reboot_notify };

void fixed_other(void)
{
	mutex_lock(&reboot_lock);
	reboot_slot = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&reboot_lock);
}

int init(void)
{
	blocking_notifier_chain_register(&reboot_list, &reboot_nb);
	return register_oom_notifier(&bad_nb) ?: register_oom_notifier(&fixed_nb);
}
