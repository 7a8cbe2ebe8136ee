// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
#include <linux/bottom_half.h>
#include <linux/vmalloc.h>

void *bad(unsigned long size)
{
	void *p;

	local_bh_disable();
	p = vmalloc(size);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: vmalloc() may sleep in atomic context: bad() {{.*}}bottom halves disabled{{.*}}high confidence]
	local_bh_enable();
	return p;
}

void *fixed(unsigned long size)
{
	void *p = vmalloc(size);

	local_bh_disable();
	local_bh_enable();
	return p;
}
