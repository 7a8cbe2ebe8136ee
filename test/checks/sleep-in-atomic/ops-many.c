// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Several implementations: the finding says that it is one of them, and is less sure.

#include <linux/mutex.h>
#include <linux/spinlock.h>

struct bus_ops {
	int (*write)(void *priv, int reg, int value);
};

struct bus {
	const struct bus_ops *ops;
	spinlock_t lock;
	void *priv;
};

static DEFINE_MUTEX(adapter);

static int mmio_write(void *priv, int reg, int value)
{
	((volatile int *)priv)[reg] = value;
	return 0;
}

static int i2c_write(void *priv, int reg, int value)
{
	mutex_lock(&adapter);
	mutex_unlock(&adapter);
	return 0;
}

const struct bus_ops mmio_ops = { .write = mmio_write };
const struct bus_ops i2c_ops = { .write = i2c_write };

int bad(struct bus *b, int value)
{
	int err;

	spin_lock(&b->lock);
	err = b->ops->write(b->priv, 0, value);
	spin_unlock(&b->lock);
	return err;
}
// CHECK: warning: mutex_lock() may sleep in atomic context: bad() holds spinlock {{.*}}b->lock{{.*}}medium confidence]
// CHECK: in bad: calls i2c_write() through bus_ops.write, one of 2 functions it is set to

/* The table is known here: the mmio one, which does not sleep. */
int fixed(struct bus *b, int value)
{
	int err;

	spin_lock(&b->lock);
	err = mmio_ops.write(b->priv, 0, value);
	spin_unlock(&b->lock);
	return err;
}
