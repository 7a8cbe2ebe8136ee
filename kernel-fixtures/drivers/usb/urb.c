// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/usb.h>

struct urb *usb_alloc_urb(int iso_packets, gfp_t mem_flags)
{
	return kzalloc(sizeof(struct urb), mem_flags);
}

int usb_submit_urb(struct urb *urb, gfp_t mem_flags)
{
	void *transfer_descriptor;

	if (!urb->complete)
		return -EINVAL;
	transfer_descriptor = kmalloc(64, mem_flags);
	if (!transfer_descriptor)
		return -ENOMEM;
	urb->status = -EINPROGRESS;
	return 0;
}

/* The host controller is done with an URB: called in softirq or interrupt context. */
void usb_hcd_giveback_urb(struct urb *urb, int status)
{
	urb->status = status;
	urb->complete(urb);
}

void usb_kill_urb(struct urb *urb)
{
	might_sleep();
	while (READ_ONCE(urb->status) == -EINPROGRESS)
		schedule_timeout(1);
}
