// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/srcu.h>

static struct callback_head *pending;

/* The caller's function runs later, in softirq context. */
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	unsigned long flags;

	head->func = func;
	local_irq_save(flags);
	head->next = pending;
	pending = head;
	local_irq_restore(flags);
	raise_softirq(TIMER_SOFTIRQ);
}

static void rcu_core(void)
{
	struct callback_head *head, *next;

	local_irq_disable();
	head = pending;
	pending = NULL;
	local_irq_enable();
	for (; head; head = next) {
		next = head->next;
		head->func(head);
	}
}

struct rcu_synchronize {
	struct rcu_head head;
	struct completion completion;
};

static void wakeme_after_rcu(struct rcu_head *head)
{
	complete(&container_of(head, struct rcu_synchronize, head)->completion);
}

void synchronize_rcu(void)
{
	struct rcu_synchronize rs;

	might_sleep();
	init_completion(&rs.completion);
	call_rcu(&rs.head, wakeme_after_rcu);
	wait_for_completion(&rs.completion);
}

int srcu_read_lock(struct srcu_struct *ssp)
{
	int idx = READ_ONCE(ssp->idx) & 1;

	__atomic_fetch_add(&ssp->readers[idx].counter, 1, __ATOMIC_SEQ_CST);
	return idx;
}

void srcu_read_unlock(struct srcu_struct *ssp, int idx)
{
	__atomic_fetch_sub(&ssp->readers[idx].counter, 1, __ATOMIC_SEQ_CST);
}

void synchronize_srcu(struct srcu_struct *ssp)
{
	might_sleep();
	while (ssp->readers[ssp->idx++ & 1].counter)
		schedule_timeout(1);
}

static int rcu_init(void)
{
	open_softirq(BLOCK_SOFTIRQ, rcu_core);
	return 0;
}
module_init(rcu_init);
