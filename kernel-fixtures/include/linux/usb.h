/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_USB_H
#define _LINUX_USB_H

#include <linux/gfp.h>
#include <linux/types.h>

struct usb_device;
struct urb;
typedef void (*usb_complete_t)(struct urb *urb);

struct urb {
	struct usb_device *dev;
	unsigned int pipe;
	void *transfer_buffer;
	u32 transfer_buffer_length;
	u32 actual_length;
	int status;
	void *context;
	usb_complete_t complete;
};

static inline void usb_fill_bulk_urb(struct urb *urb, struct usb_device *dev, unsigned int pipe,
				     void *transfer_buffer, int buffer_length,
				     usb_complete_t complete_fn, void *context)
{
	urb->dev = dev;
	urb->pipe = pipe;
	urb->transfer_buffer = transfer_buffer;
	urb->transfer_buffer_length = buffer_length;
	urb->complete = complete_fn;
	urb->context = context;
}

struct urb *usb_alloc_urb(int iso_packets, gfp_t mem_flags);
int usb_submit_urb(struct urb *urb, gfp_t mem_flags);
void usb_kill_urb(struct urb *urb);

#endif
