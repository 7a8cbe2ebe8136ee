// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Calls through a table of operations: one implementation makes the target certain.

#include <linux/mutex.h>
#include <linux/spinlock.h>

struct codec_ops {
	int (*prepare)(void *priv);
	int (*trigger)(void *priv);
};

struct codec {
	const struct codec_ops *ops;
	spinlock_t lock;
	void *priv;
};

static DEFINE_MUTEX(bus);

static int i2c_prepare(void *priv)
{
	mutex_lock(&bus);
	mutex_unlock(&bus);
	return 0;
}

static int i2c_trigger(void *priv)
{
	return 0;
}

const struct codec_ops i2c_ops = {
	.prepare = i2c_prepare,
	.trigger = i2c_trigger,
};

int bad(struct codec *c)
{
	int err;

	spin_lock(&c->lock);
	err = c->ops->prepare(c->priv);
	spin_unlock(&c->lock);
	return err;
}
// CHECK: warning: mutex_lock() may sleep in atomic context: bad() holds spinlock {{.*}}c->lock{{.*}}high confidence]
// CHECK: in bad: calls i2c_prepare() through codec_ops.prepare, the only function it is set to
// CHECK: in i2c_prepare: calls mutex_lock()

int fixed(struct codec *c)
{
	int err = c->ops->prepare(c->priv);

	spin_lock(&c->lock);
	if (!err)
		err = c->ops->trigger(c->priv);
	spin_unlock(&c->lock);
	return err;
}
