// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Locks and sleeps inside macros and GNU statement expressions.

#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

struct counter {
	spinlock_t lock;
	struct mutex mutex;
	int value;
};

#define locked_read(c)                                                 \
	({                                                             \
		int __value;                                           \
		spin_lock(&(c)->lock);                                 \
		__value = (c)->value;                                  \
		spin_unlock(&(c)->lock);                               \
		__value;                                               \
	})

#define careful_read(c)                                                \
	({                                                             \
		int __value;                                           \
		mutex_lock(&(c)->mutex);                               \
		__value = (c)->value;                                  \
		mutex_unlock(&(c)->mutex);                             \
		__value;                                               \
	})

int bad(struct counter *c)
{
	int v;

	spin_lock(&c->lock);
	v = careful_read(c);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: {{careful_read|mutex_lock}}() may sleep in atomic context: bad() holds spinlock {{.*}}c->lock{{.*}}high confidence]
	spin_unlock(&c->lock);
	return v;
}

int fixed(struct counter *c)
{
	int v = locked_read(c);

	msleep(v);
	return careful_read(c);
}
