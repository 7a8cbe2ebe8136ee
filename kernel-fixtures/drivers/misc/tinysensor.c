// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A sensor behind a bus, with two bugs and their fixes.
//
// 1. Its primary interrupt handler reads a register through the bus's operations; the bus takes a
//    mutex. The threaded handler of the fixed variant may do so.
// 2. tinysensor_remove() frees the interrupt, which waits for handlers to finish, with interrupts
//    off.
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/mutex.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

struct tinybus;

struct tinybus_ops {
	int (*read)(struct tinybus *bus, int reg);
};

struct tinybus {
	const struct tinybus_ops *ops;
	struct mutex lock;
	int regs[8];
};

static int tinybus_i2c_read(struct tinybus *bus, int reg)
{
	int value;

	mutex_lock(&bus->lock);
	value = bus->regs[reg];
	mutex_unlock(&bus->lock);
	return value;
}

static const struct tinybus_ops tinybus_i2c = { .read = tinybus_i2c_read };

struct tinysensor {
	struct tinybus *bus;
	struct work_struct work;
	unsigned int irq;
	int value;
};

static irqreturn_t tinysensor_irq(int irq, void *data)
{
	struct tinysensor *s = data;

	s->value = s->bus->ops->read(s->bus, 2); /* the first bug */
	return IRQ_HANDLED;
}

static irqreturn_t tinysensor_thread(int irq, void *data)
{
	struct tinysensor *s = data;

	s->value = s->bus->ops->read(s->bus, 2); /* right */
	return IRQ_HANDLED;
}

int tinysensor_probe(struct tinysensor *s, struct tinybus *bus)
{
	s->bus = bus;
	bus->ops = &tinybus_i2c;
	return request_irq(s->irq, tinysensor_irq, IRQF_SHARED, "tinysensor", s);
}

int tinysensor_probe_fixed(struct tinysensor *s, struct tinybus *bus)
{
	s->bus = bus;
	bus->ops = &tinybus_i2c;
	return request_threaded_irq(s->irq, NULL, tinysensor_thread, IRQF_ONESHOT, "tinysensor", s);
}

void tinysensor_remove(struct tinysensor *s)
{
	unsigned long flags;

	local_irq_save(flags);
	s->bus = NULL;
	free_irq(s->irq, s); /* the second bug */
	local_irq_restore(flags);
}

void tinysensor_remove_fixed(struct tinysensor *s)
{
	free_irq(s->irq, s);
	s->bus = NULL;
}
