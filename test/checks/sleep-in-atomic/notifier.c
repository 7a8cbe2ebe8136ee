// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// The callbacks of an atomic notifier chain run in an RCU read-side critical section, those of a
// blocking chain may sleep. Both are struct notifier_block: what counts is where it is registered.

#include <linux/mutex.h>
#include <linux/notifier.h>

static DEFINE_MUTEX(state_mutex);
static int state;
static struct atomic_notifier_head panic_chain;
static struct blocking_notifier_head reboot_chain;

static int bad_call(struct notifier_block *nb, unsigned long action, void *data)
{
	mutex_lock(&state_mutex);
	// CHECK: [[#@LINE-1]]:2: warning: mutex_lock() may sleep in atomic context: bad_call() is an atomic notifier{{.*}}high confidence]
	state = action;
	mutex_unlock(&state_mutex);
	return NOTIFY_OK;
}

static int fixed_call(struct notifier_block *nb, unsigned long action, void *data)
{
	mutex_lock(&state_mutex);
	state = action;
	mutex_unlock(&state_mutex);
	return NOTIFY_OK;
}

static struct notifier_block bad_nb = { .notifier_call = bad_call };
static struct notifier_block fixed_nb = { .notifier_call = fixed_call };

void watch(void)
{
	atomic_notifier_chain_register(&panic_chain, &bad_nb);
	blocking_notifier_chain_register(&reboot_chain, &fixed_nb);
}
