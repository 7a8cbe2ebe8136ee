// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A callee that drops its caller's lock around a sleep, or before it, is not at fault, nor is the
// caller.

#include <linux/delay.h>
#include <linux/spinlock.h>

struct queue {
	spinlock_t lock;
	int pending;
};

/* Called with q->lock held; drops it. */
static void fixed_flush(struct queue *q) __releases(&q->lock)
{
	q->pending = 0;
	spin_unlock(&q->lock);
	msleep(1);
}

void fixed_caller(struct queue *q)
{
	spin_lock(&q->lock);
	fixed_flush(q);
}

/* Called with q->lock held; drops it for a while. */
static void fixed_wait(struct queue *q) __releases(&q->lock) __acquires(&q->lock)
{
	while (q->pending) {
		spin_unlock(&q->lock);
		msleep(1);
		spin_lock(&q->lock);
	}
}

void fixed_waiter(struct queue *q)
{
	spin_lock(&q->lock);
	fixed_wait(q);
	spin_unlock(&q->lock);
}

void bad_waiter(struct queue *q)
{
	spin_lock(&q->lock);
	fixed_wait(q);
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() may sleep in atomic context: bad_waiter() holds spinlock {{.*}}q->lock{{.*}}high confidence]
	spin_unlock(&q->lock);
}

static void sleep_unlocked(struct queue *q)
{
	msleep(1);
}

void bad_caller(struct queue *q)
{
	spin_lock(&q->lock);
	sleep_unlocked(q);
	spin_unlock(&q->lock);
}
// CHECK: [[#@LINE-9]]:2: warning: msleep() may sleep in atomic context: bad_caller() holds spinlock {{.*}}q->lock{{.*}}high confidence]
// CHECK: in bad_caller: takes spinlock
// CHECK: in bad_caller: calls sleep_unlocked()
// CHECK: in sleep_unlocked: {{(calls )?}}msleep()
