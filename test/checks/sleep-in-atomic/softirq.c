// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
#include <linux/interrupt.h>
#include <linux/slab.h>

static void *batch;

static void bad_action(void)
{
	batch = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_action() is a softirq handler, which runs in softirq context{{.*}}high confidence]
}

static void fixed_action(void)
{
	batch = kmalloc(64, GFP_ATOMIC);
}

void net_init(void)
{
	open_softirq(NET_RX_SOFTIRQ, bad_action);
	open_softirq(NET_TX_SOFTIRQ, fixed_action);
}
