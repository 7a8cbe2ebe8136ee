// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Wrappers that hold the lock only when they succeed: whoever failed to get it may sleep.

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/spinlock.h>

struct port {
	spinlock_t lock;
	bool dead;
};

/* 0 with the lock held, or an error without it. */
static int port_get(struct port *p)
{
	spin_lock(&p->lock);
	if (p->dead) {
		spin_unlock(&p->lock);
		return -ENODEV;
	}
	return 0;
}

/* The port with its lock held, or NULL. */
static struct port *port_find(struct port *p)
{
	if (!p || !spin_trylock(&p->lock))
		return NULL;
	return p;
}

int bad_get(struct port *p)
{
	int err = port_get(p);

	if (err)
		return err;
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() may sleep in atomic context: bad_get() holds spinlock {{.*}}p->lock{{.*}}high confidence]
	spin_unlock(&p->lock);
	return 0;
}

void bad_find(struct port *p)
{
	if (port_find(p)) {
		msleep(1);
		// CHECK: [[#@LINE-1]]:3: warning: msleep() may sleep in atomic context: bad_find() holds spinlock {{.*}}high confidence]
		spin_unlock(&p->lock);
	}
}

int fixed_get(struct port *p)
{
	int err = port_get(p);

	if (err) {
		msleep(1);
		return err;
	}
	spin_unlock(&p->lock);
	return 0;
}

int fixed_get_negative(struct port *p)
{
	if (port_get(p) < 0) {
		msleep(1);
		return -1;
	}
	spin_unlock(&p->lock);
	msleep(1);
	return 0;
}

void fixed_find(struct port *p)
{
	struct port *found = port_find(p);

	if (!found) {
		msleep(1);
		return;
	}
	spin_unlock(&found->lock);
}
