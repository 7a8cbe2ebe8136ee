// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Tables inside structures, in anonymous structures and unions, and tables that point to tables.

#include <linux/mutex.h>
#include <linux/spinlock.h>

struct pm_ops {
	int (*suspend)(void);
};

struct driver {
	const char *name;
	struct {
		int (*probe)(void);
		union {
			int (*attach)(void);
			void *opaque;
		};
	};
	struct pm_ops pm;
	const struct pm_ops *late;
};

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);

#define SLEEPY(name)                                                   \
	static int name(void)                                          \
	{                                                              \
		mutex_lock(&mutex);                                    \
		mutex_unlock(&mutex);                                  \
		return 0;                                              \
	}
SLEEPY(demo_probe)
SLEEPY(demo_attach)
SLEEPY(demo_suspend)

static int quiet_suspend(void)
{
	return 0;
}

static const struct pm_ops demo_late = { .suspend = quiet_suspend };

const struct driver demo_driver = {
	.name = "demo",
	.probe = demo_probe,
	.attach = demo_attach,
	.pm = { .suspend = demo_suspend },
	.late = &demo_late,
};

void bad_anonymous(struct driver *d)
{
	spin_lock(&lock);
	d->probe();
	spin_unlock(&lock);
}
// CHECK-DAG: warning: {{.*}} may sleep in atomic context: bad_anonymous() holds spinlock {{.*}}high confidence]

void bad_union(struct driver *d)
{
	spin_lock(&lock);
	d->attach();
	spin_unlock(&lock);
}
// CHECK-DAG: warning: {{.*}} may sleep in atomic context: bad_union() holds spinlock {{.*}}high confidence]

void bad_nested(struct driver *d)
{
	spin_lock(&lock);
	d->pm.suspend();
	spin_unlock(&lock);
}
// CHECK-DAG: warning: {{.*}} may sleep in atomic context: bad_nested() holds spinlock {{.*}}medium confidence]

void fixed_anonymous(struct driver *d)
{
	d->probe();
	d->attach();
	d->pm.suspend();
	spin_lock(&lock);
	spin_unlock(&lock);
}

/* The instance is known: its late table is the quiet one. */
void fixed_late(void)
{
	spin_lock(&lock);
	demo_late.suspend();
	spin_unlock(&lock);
}
