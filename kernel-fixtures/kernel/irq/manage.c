// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define NR_IRQS 16

static struct irq_desc {
	raw_spinlock_t lock;
	struct irqaction *action;
	struct completion idle;
} irq_desc[NR_IRQS];

static int irq_thread(void *data)
{
	struct irqaction *action = data;

	while (!kthread_should_stop())
		action->thread_fn(action->irq, action->dev_id);
	return 0;
}

int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn,
			 unsigned long irqflags, const char *name, void *dev_id)
{
	struct irqaction *action;
	unsigned long flags;

	if (irq >= NR_IRQS)
		return -EINVAL;
	action = kzalloc(sizeof(*action), GFP_KERNEL);
	if (!action)
		return -ENOMEM;
	action->handler = handler;
	action->thread_fn = thread_fn;
	action->flags = irqflags;
	action->name = name;
	action->irq = irq;
	action->dev_id = dev_id;
	if (thread_fn)
		kthread_run(irq_thread, action, name);

	raw_spin_lock_irqsave(&irq_desc[irq].lock, flags);
	irq_desc[irq].action = action;
	raw_spin_unlock_irqrestore(&irq_desc[irq].lock, flags);
	return 0;
}

/* Entered from assembly with interrupts off. */
irqreturn_t handle_irq_event(unsigned int irq)
{
	struct irqaction *action = irq_desc[irq].action;

	return action->handler(irq, action->dev_id);
}

void synchronize_irq(unsigned int irq)
{
	might_sleep();
	wait_for_completion(&irq_desc[irq].idle);
}

void disable_irq(unsigned int irq)
{
	might_sleep();
	synchronize_irq(irq);
}

const void *free_irq(unsigned int irq, void *dev_id)
{
	struct irqaction *action;
	unsigned long flags;

	raw_spin_lock_irqsave(&irq_desc[irq].lock, flags);
	action = irq_desc[irq].action;
	irq_desc[irq].action = NULL;
	raw_spin_unlock_irqrestore(&irq_desc[irq].lock, flags);
	synchronize_irq(irq);
	kfree(action);
	return dev_id;
}
