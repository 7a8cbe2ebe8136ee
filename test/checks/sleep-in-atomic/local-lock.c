// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Without PREEMPT_RT a local lock is preemption (or interrupts) disabled.

#include <linux/local_lock.h>
#include <linux/slab.h>

static local_lock_t pcp_lock;
static void *cache;

void bad(void)
{
	local_lock(&pcp_lock);
	cache = kmalloc(128, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad() {{.*}}preemption{{.*}}high confidence]
	local_unlock(&pcp_lock);
}

void bad_irqsave(void)
{
	unsigned long flags;

	local_lock_irqsave(&pcp_lock, flags);
	cache = kmalloc(128, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_irqsave() {{.*}}interrupts{{.*}}high confidence]
	local_unlock_irqrestore(&pcp_lock, flags);
}

void fixed(void)
{
	void *p = kmalloc(128, GFP_KERNEL);

	local_lock(&pcp_lock);
	cache = p;
	local_unlock(&pcp_lock);
}

void fixed_irqsave(void)
{
	unsigned long flags;

	local_lock_irqsave(&pcp_lock, flags);
	local_unlock_irqrestore(&pcp_lock, flags);
	cache = kmalloc(128, GFP_KERNEL);
}
