// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Tasklets run in softirq context: set up by tasklet_setup(), by the older tasklet_init(), or
// declared.

#include <linux/interrupt.h>
#include <linux/slab.h>

static void bad_callback(struct tasklet_struct *t)
{
	kfree(kmalloc(32, GFP_KERNEL));
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_callback() is a tasklet{{.*}}high confidence]
}

static void bad_old(unsigned long data)
{
	kfree(kmalloc(32, GFP_KERNEL));
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_old() is a tasklet{{.*}}high confidence]
}

static void bad_declared(struct tasklet_struct *t)
{
	kfree(kmalloc(32, GFP_KERNEL));
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_declared() is a tasklet{{.*}}high confidence]
}

static void fixed_callback(struct tasklet_struct *t)
{
	kfree(kmalloc(32, GFP_NOWAIT));
}

static void fixed_kill(struct tasklet_struct *t)
{
	tasklet_kill(t); /* process context: only start() calls this */
}

DECLARE_TASKLET(declared, bad_declared);

void start(struct tasklet_struct *a, struct tasklet_struct *b, struct tasklet_struct *c)
{
	tasklet_setup(a, bad_callback);
	tasklet_init(b, bad_old, 0);
	tasklet_setup(c, fixed_callback);
	fixed_kill(&declared);
}
