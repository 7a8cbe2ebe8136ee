// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

unsigned long volatile jiffies;

static DEFINE_RAW_SPINLOCK(base_lock);
static LIST_HEAD(base_timers);

void init_timer_key(struct timer_list *timer, void (*func)(struct timer_list *),
		    unsigned int flags)
{
	INIT_LIST_HEAD(&timer->entry);
	timer->function = func;
	timer->flags = flags;
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&base_lock, flags);
	timer->expires = expires;
	list_add_tail(&timer->entry, &base_timers);
	raw_spin_unlock_irqrestore(&base_lock, flags);
	return 0;
}

int del_timer(struct timer_list *timer)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&base_lock, flags);
	list_del(&timer->entry);
	raw_spin_unlock_irqrestore(&base_lock, flags);
	return 1;
}

/* Spins until the handler is done, so it may be called in atomic context. */
int del_timer_sync(struct timer_list *timer)
{
	while (!del_timer(timer))
		barrier();
	return 1;
}

static void run_timer_softirq(void)
{
	struct timer_list *timer, *next;

	raw_spin_lock_irq(&base_lock);
	list_for_each_entry_safe(timer, next, &base_timers, entry) {
		if (timer->expires > jiffies)
			continue;
		list_del(&timer->entry);
		raw_spin_unlock_irq(&base_lock);
		timer->function(timer);
		raw_spin_lock_irq(&base_lock);
	}
	raw_spin_unlock_irq(&base_lock);
}

void hrtimer_init(struct hrtimer *timer, int clock_id, enum hrtimer_mode mode)
{
	timer->expires = 0;
	timer->function = NULL;
}

void hrtimer_start(struct hrtimer *timer, ktime_t tim, enum hrtimer_mode mode)
{
	timer->expires = tim;
}

int hrtimer_cancel(struct hrtimer *timer)
{
	timer->expires = 0;
	return 1;
}

/* Entered from the clock's interrupt. */
void __run_hrtimer(struct hrtimer *timer)
{
	if (timer->function(timer) == HRTIMER_RESTART)
		hrtimer_start(timer, timer->expires + 1, HRTIMER_MODE_ABS);
}

void msleep(unsigned int msecs)
{
	unsigned long timeout = msecs * HZ / 1000 + 1;

	while (timeout) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		timeout = schedule_timeout(timeout);
	}
}

static int init_timers(void)
{
	open_softirq(TIMER_SOFTIRQ, run_timer_softirq);
	return 0;
}
module_init(init_timers);
