// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Every way out of a function counts: here one return forgets to unlock.

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/spinlock.h>

struct chan {
	spinlock_t lock;
	int state;
};

static int chan_start(struct chan *c)
{
	spin_lock(&c->lock);
	if (c->state == 1)
		return -EBUSY; /* forgets the lock */
	c->state = 1;
	spin_unlock(&c->lock);
	return 0;
}

static int chan_start_fixed(struct chan *c)
{
	int err = 0;

	spin_lock(&c->lock);
	if (c->state == 1)
		err = -EBUSY;
	else
		c->state = 1;
	spin_unlock(&c->lock);
	return err;
}

int bad(struct chan *c)
{
	if (chan_start(c) == -EBUSY)
		msleep(1);
		// CHECK: [[#@LINE-1]]:3: warning: msleep() may sleep in atomic context: bad() holds spinlock {{.*}}c->lock{{.*}}confidence]
	return 0;
}

int fixed(struct chan *c)
{
	if (chan_start_fixed(c) == -EBUSY)
		msleep(1);
	return 0;
}

int fixed_success(struct chan *c)
{
	if (chan_start(c) == 0)
		msleep(1);
	return 0;
}
