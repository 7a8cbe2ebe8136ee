// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A USB serial adapter with one bug and its fix.
//
// The completion of an URB runs in the host controller's softirq. tinyserial_read_done() submits
// the next read with the flags that tinyserial_open(), in process context, rightly used.
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/usb.h>

struct tinyserial {
	struct usb_device *udev;
	struct urb *read, *status;
	unsigned char buffer[64];
};

static int tinyserial_submit(struct urb *urb, gfp_t mem_flags)
{
	if (urb->status == -ENODEV)
		return urb->status;
	return usb_submit_urb(urb, mem_flags);
}

static void tinyserial_read_done(struct urb *urb)
{
	tinyserial_submit(urb, GFP_KERNEL); /* the bug */
}

static void tinyserial_status_done(struct urb *urb)
{
	tinyserial_submit(urb, GFP_ATOMIC); /* right */
}

int tinyserial_open(struct tinyserial *ts)
{
	ts->read = usb_alloc_urb(0, GFP_KERNEL);
	ts->status = usb_alloc_urb(0, GFP_KERNEL);
	if (!ts->read || !ts->status)
		return -ENOMEM;
	usb_fill_bulk_urb(ts->read, ts->udev, 1, ts->buffer, 64, tinyserial_read_done, ts);
	usb_fill_bulk_urb(ts->status, ts->udev, 2, ts->buffer, 64, tinyserial_status_done, ts);
	return tinyserial_submit(ts->read, GFP_KERNEL) ?: tinyserial_submit(ts->status, GFP_KERNEL);
}
