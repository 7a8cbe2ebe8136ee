// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Timer callbacks run in softirq context, whether set by timer_setup(), by DEFINE_TIMER() or by a
// direct assignment.

#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

struct poller {
	struct timer_list timer;
	struct work_struct work;
	void *sample;
};

static void bad_poll(struct timer_list *t)
{
	struct poller *p = from_timer(p, t, timer);

	p->sample = kmalloc(256, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_poll() is a timer callback, which runs in softirq context{{.*}}high confidence]
}

static void bad_static(struct timer_list *t)
{
	kfree(kmalloc(256, GFP_NOIO));
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_static() is a timer callback{{.*}}high confidence]
}

static void bad_assigned(struct timer_list *t)
{
	kfree(kmalloc(256, GFP_NOIO));
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may sleep in atomic context: bad_assigned() is a timer callback{{.*}}high confidence]
}

static void fixed_work(struct work_struct *work)
{
	struct poller *p = container_of(work, struct poller, work);

	p->sample = kmalloc(256, GFP_KERNEL);
}

static void fixed_poll(struct timer_list *t)
{
	struct poller *p = from_timer(p, t, timer);

	schedule_work(&p->work);
}

DEFINE_TIMER(watchdog, bad_static);

void start(struct poller *bad, struct poller *fixed, struct timer_list *t)
{
	timer_setup(&bad->timer, bad_poll, 0);
	t->function = bad_assigned;
	INIT_WORK(&fixed->work, fixed_work);
	timer_setup(&fixed->timer, fixed_poll, 0);
	mod_timer(&fixed->timer, jiffies + 1);
}
