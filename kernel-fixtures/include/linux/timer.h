/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <linux/container_of.h>
#include <linux/types.h>

extern unsigned long volatile jiffies;

struct timer_list {
	struct list_head entry;
	unsigned long expires;
	void (*function)(struct timer_list *);
	u32 flags;
};

#define DEFINE_TIMER(_name, _function) struct timer_list _name = { .function = (_function) }

void init_timer_key(struct timer_list *timer, void (*func)(struct timer_list *),
		    unsigned int flags);
#define timer_setup(timer, callback, flags) init_timer_key((timer), (callback), (flags))
#define from_timer(var, callback_timer, timer_fieldname)               \
	container_of(callback_timer, typeof(*var), timer_fieldname)

int mod_timer(struct timer_list *timer, unsigned long expires);
int del_timer(struct timer_list *timer);
int del_timer_sync(struct timer_list *timer);

#endif
