// RUN: %analyze --check=oom-path %s | FileCheck %s --implicit-check-not=warning:
//
// Whoever runs out of memory takes the holder of oom_lock for the one who is about to free some.

#include <linux/mutex.h>
#include <linux/oom.h>
#include <linux/slab.h>

void *report;

void bad_kill(struct oom_control *oc)
{
	mutex_lock(&oom_lock);
	report = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may wait for memory with GFP_KERNEL: bad_kill() holds mutex &oom_lock, and whoever else runs out of memory waits for its holder to make some [oom-path, high confidence]
	// CHECK: fix: pass GFP_NOWAIT to kmalloc() at {{.*}}, or allocate before bad_kill() takes the lock
	mutex_unlock(&oom_lock);
}

void fixed_kill(struct oom_control *oc)
{
	report = kmalloc(64, GFP_KERNEL);
	mutex_lock(&oom_lock);
	report = kmalloc(64, GFP_NOWAIT);
	mutex_unlock(&oom_lock);
}
