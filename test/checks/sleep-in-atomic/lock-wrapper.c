// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A function that returns with a lock held, and one that releases it, carry the context to and from
// their callers, through any number of levels.

#include <linux/delay.h>
#include <linux/spinlock.h>

struct queue {
	spinlock_t lock;
	int depth;
};

static void queue_lock(struct queue *q)
{
	spin_lock(&q->lock);
	q->depth++;
}

static void queue_unlock(struct queue *q)
{
	q->depth--;
	spin_unlock(&q->lock);
}

static void outer_lock(struct queue *q)
{
	queue_lock(q);
}

void bad(struct queue *q)
{
	queue_lock(q);
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() may sleep in atomic context: bad() holds spinlock {{.*}}q->lock{{.*}}high confidence]
	queue_unlock(q);
}

void bad_two_levels(struct queue *q)
{
	outer_lock(q);
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() may sleep in atomic context: bad_two_levels() holds spinlock {{.*}}q->lock{{.*}}high confidence]
	queue_unlock(q);
}

void fixed(struct queue *q)
{
	outer_lock(q);
	queue_unlock(q);
	msleep(1);
}
