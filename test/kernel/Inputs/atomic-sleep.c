// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A driver written for this test and compiled with the headers of a real kernel. Lines
// marked with a finding are expected to have it, no other line is.

#include <linux/cleanup.h>
#include <linux/interrupt.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwlock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

struct probe_buffer {
	struct list_head node;
	size_t size;
};

struct probe {
	spinlock_t lock;
	rwlock_t table_lock;
	struct mutex mutex;
	struct list_head buffers;
	struct timer_list timer;
	struct work_struct work;
	void *sample;
	bool stopped;
};

/* Spinlock with interrupts off. */

static void bad_irqsave(struct probe *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->lock, flags);
	p->sample = kmalloc(64, GFP_KERNEL); // BUG spinlock
	spin_unlock_irqrestore(&p->lock, flags);
}

static void good_irqsave(struct probe *p)
{
	unsigned long flags;

	spin_lock_irqsave(&p->lock, flags);
	p->sample = kmalloc(64, GFP_ATOMIC);
	spin_unlock_irqrestore(&p->lock, flags);
}

static void good_allocated_before(struct probe *p)
{
	void *sample = kmalloc(64, GFP_KERNEL);
	unsigned long flags;

	spin_lock_irqsave(&p->lock, flags);
	swap(sample, p->sample);
	spin_unlock_irqrestore(&p->lock, flags);
	kfree(sample);
}

/* guard() */

static int bad_guard(struct probe *p)
{
	guard(spinlock)(&p->lock);
	if (p->stopped)
		return -ESHUTDOWN;
	p->sample = kzalloc(64, GFP_NOFS); // BUG spinlock
	return p->sample ? 0 : -ENOMEM;
}

static int good_guard(struct probe *p)
{
	scoped_guard(spinlock, &p->lock) {
		if (p->stopped)
			return -ESHUTDOWN;
	}
	p->sample = kzalloc(64, GFP_NOFS);
	return p->sample ? 0 : -ENOMEM;
}

/* RCU readers */

static void bad_rcu(struct probe *p)
{
	rcu_read_lock();
	mutex_lock(&p->mutex); // BUG RCU
	p->stopped = true;
	mutex_unlock(&p->mutex);
	rcu_read_unlock();
}

static void good_rcu(struct probe *p)
{
	rcu_read_lock();
	if (READ_ONCE(p->stopped)) {
		rcu_read_unlock();
		return;
	}
	rcu_read_unlock();
	mutex_lock(&p->mutex);
	p->stopped = true;
	mutex_unlock(&p->mutex);
}

/* Timers */

static void bad_expire(struct timer_list *t)
{
	struct probe *p = from_timer(p, t, timer);

	p->sample = kmalloc(64, GFP_KERNEL); // BUG softirq
}

static void bad_static_expire(struct timer_list *t)
{
	kfree(kmalloc(64, GFP_NOIO)); // BUG softirq
}

DEFINE_TIMER(probe_watchdog, bad_static_expire);

static void good_work(struct work_struct *work)
{
	struct probe *p = container_of(work, struct probe, work);

	p->sample = kmalloc(64, GFP_KERNEL);
}

static void good_expire(struct timer_list *t)
{
	struct probe *p = from_timer(p, t, timer);

	schedule_work(&p->work);
}

/* A helper that allocates as its caller says */

static struct probe_buffer *add_buffer(struct probe *p, size_t size, gfp_t gfp)
{
	struct probe_buffer *b = kzalloc(sizeof(*b) + size, gfp); // BUG bad_helper() holds rwlock

	if (b)
		b->size = size;
	return b;
}

static void bad_helper(struct probe *p)
{
	read_lock_bh(&p->table_lock);
	add_buffer(p, 128, GFP_KERNEL | __GFP_NOWARN);
	read_unlock_bh(&p->table_lock);
}

static void good_helper(struct probe *p)
{
	read_lock_bh(&p->table_lock);
	add_buffer(p, 128, GFP_NOWAIT | __GFP_NOWARN);
	read_unlock_bh(&p->table_lock);
	add_buffer(p, 128, GFP_KERNEL | __GFP_NOWARN);
}

/* Interrupt handlers: found through request_irq(), an inline */

static irqreturn_t bad_irq(int irq, void *data)
{
	struct probe *p = data;

	p->sample = kmalloc(64, GFP_NOIO); // BUG hard interrupt
	return IRQ_HANDLED;
}

static irqreturn_t good_irq(int irq, void *data)
{
	return IRQ_WAKE_THREAD;
}

static irqreturn_t good_irq_thread(int irq, void *data)
{
	struct probe *p = data;

	p->sample = kmalloc(64, GFP_NOIO);
	return IRQ_HANDLED;
}

/* A trylock that failed holds nothing */

static void bad_trylock(struct probe *p)
{
	if (!spin_trylock(&p->lock))
		return;
	p->sample = kvmalloc(64, GFP_KERNEL); // BUG spinlock
	spin_unlock(&p->lock);
}

static void good_trylock(struct probe *p)
{
	if (!spin_trylock(&p->lock)) {
		p->sample = kvmalloc(64, GFP_KERNEL);
		return;
	}
	spin_unlock(&p->lock);
}

int probe_start(struct probe *p, struct probe *q, int irq)
{
	spin_lock_init(&p->lock);
	rwlock_init(&p->table_lock);
	mutex_init(&p->mutex);
	mod_timer(&probe_watchdog, jiffies + HZ);
	timer_setup(&p->timer, bad_expire, 0);
	timer_setup(&q->timer, good_expire, 0);
	INIT_WORK(&p->work, good_work);
	bad_irqsave(p);
	good_irqsave(p);
	good_allocated_before(p);
	bad_rcu(p);
	good_rcu(p);
	bad_helper(p);
	good_helper(p);
	bad_trylock(p);
	good_trylock(p);
	return request_irq(irq, bad_irq, 0, "bad", p) ?:
	       request_threaded_irq(irq, good_irq, good_irq_thread, 0, "good", q) ?:
	       bad_guard(p) ?: good_guard(p);
}
