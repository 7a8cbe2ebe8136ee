// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/bottom_half.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/sched.h>

static struct softirq_action softirq_vec[NR_SOFTIRQS];
static unsigned int softirq_pending;
static struct tasklet_struct *tasklet_vec;

void open_softirq(int nr, void (*action)(void))
{
	softirq_vec[nr].action = action;
}

void raise_softirq(unsigned int nr)
{
	unsigned long flags;

	local_irq_save(flags);
	softirq_pending |= 1u << nr;
	local_irq_restore(flags);
}

void __do_softirq(void)
{
	unsigned int nr;

	for (nr = 0; nr < NR_SOFTIRQS; nr++)
		if (softirq_pending & (1u << nr))
			softirq_vec[nr].action();
	softirq_pending = 0;
}

void __local_bh_disable_ip(unsigned long ip, unsigned int cnt)
{
	__preempt_count_add(cnt);
}

void __local_bh_enable_ip(unsigned long ip, unsigned int cnt)
{
	if (!in_interrupt() && softirq_pending)
		__do_softirq();
	__preempt_count_sub(cnt);
}

static void tasklet_action(void)
{
	struct tasklet_struct *t;

	for (t = tasklet_vec; t; t = t->next) {
		if (t->use_callback)
			t->callback(t);
		else
			t->func(t->data);
		t->state = 0;
	}
	tasklet_vec = NULL;
}

void tasklet_setup(struct tasklet_struct *t, void (*callback)(struct tasklet_struct *))
{
	t->callback = callback;
	t->use_callback = true;
}

void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long), unsigned long data)
{
	t->func = func;
	t->use_callback = false;
	t->data = data;
}

void tasklet_schedule(struct tasklet_struct *t)
{
	unsigned long flags;

	local_irq_save(flags);
	t->state = 1;
	t->next = tasklet_vec;
	tasklet_vec = t;
	local_irq_restore(flags);
	raise_softirq(HI_SOFTIRQ);
}

void tasklet_kill(struct tasklet_struct *t)
{
	might_sleep();
	while (READ_ONCE(t->state))
		schedule_timeout(1);
}

static int softirq_init(void)
{
	open_softirq(HI_SOFTIRQ, tasklet_action);
	return 0;
}
module_init(softirq_init);
