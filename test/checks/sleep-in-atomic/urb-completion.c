// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// The completion of an URB runs in the host controller's softirq or interrupt. The inline that
// stores it (usb_fill_bulk_urb()) is followed.

#include <linux/usb.h>

static void bad_complete(struct urb *urb)
{
	usb_submit_urb(urb, GFP_KERNEL);
	// CHECK: drivers/usb/urb.c:{{.*}}: warning: kmalloc() may sleep in atomic context: bad_complete() is {{an?}} URB completion{{.*}}{{high|medium}} confidence]
	// CHECK: [[#@LINE-2]]: in bad_complete: calls usb_submit_urb()
}

static void fixed_complete(struct urb *urb)
{
	usb_submit_urb(urb, GFP_ATOMIC);
}

int start(struct usb_device *dev, void *buf)
{
	struct urb *bad = usb_alloc_urb(0, GFP_KERNEL);
	struct urb *fixed = usb_alloc_urb(0, GFP_KERNEL);

	if (!bad || !fixed)
		return -1;
	usb_fill_bulk_urb(bad, dev, 0, buf, 64, bad_complete, NULL);
	usb_fill_bulk_urb(fixed, dev, 0, buf, 64, fixed_complete, NULL);
	return usb_submit_urb(bad, GFP_KERNEL) ?: usb_submit_urb(fixed, GFP_KERNEL);
}
