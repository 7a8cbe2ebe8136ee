// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// An hrtimer callback runs in the clock's interrupt.

#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

struct pulse {
	struct hrtimer timer;
	struct mutex mutex;
	spinlock_t lock;
	int level;
};

static enum hrtimer_restart bad_pulse(struct hrtimer *t)
{
	struct pulse *p = container_of(t, struct pulse, timer);

	mutex_lock(&p->mutex);
	// CHECK: [[#@LINE-1]]:2: warning: mutex_lock() may sleep in atomic context: bad_pulse() is {{.*}}hrtimer{{.*}}confidence]
	p->level ^= 1;
	mutex_unlock(&p->mutex);
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart fixed_pulse(struct hrtimer *t)
{
	struct pulse *p = container_of(t, struct pulse, timer);

	spin_lock(&p->lock);
	p->level ^= 1;
	spin_unlock(&p->lock);
	return HRTIMER_NORESTART;
}

void start(struct pulse *bad, struct pulse *fixed)
{
	hrtimer_init(&bad->timer, 1, HRTIMER_MODE_REL);
	bad->timer.function = bad_pulse;
	hrtimer_init(&fixed->timer, 1, HRTIMER_MODE_REL);
	fixed->timer.function = fixed_pulse;
}
