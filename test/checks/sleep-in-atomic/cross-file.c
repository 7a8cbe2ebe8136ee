// RUN: split-file %s %t
// RUN: %{fixtures}/compile-commands %t/build %t/driver.c %t/ops.c %t/helper.c
// RUN: %not %gfpcheck analyze -p %t/build | FileCheck %s --implicit-check-not=warning:
//
// Lock, table and sleep in three files.
//
// CHECK: helper.c:{{[0-9]+}}:{{[0-9]+}}: warning: mutex_lock() may sleep in atomic context: bad() holds spinlock {{.*}}d->lock{{.*}}high confidence]
// CHECK: driver.c:{{[0-9]+}}: in bad: takes spinlock
// CHECK: driver.c:{{[0-9]+}}: in bad: calls phy_update() through dev_ops.update, the only function it is set to
// CHECK: ops.c:{{[0-9]+}}: in phy_update: calls phy_write()
// CHECK: helper.c:{{[0-9]+}}: in phy_write: calls mutex_lock()
//--- dev.h
#include <linux/mutex.h>
#include <linux/spinlock.h>

struct dev;

struct dev_ops {
	void (*update)(struct dev *d);
	void (*query)(struct dev *d);
};

struct dev {
	const struct dev_ops *ops;
	spinlock_t lock;
	struct mutex mdio;
	int value;
};

void phy_write(struct dev *d, int value);

//--- driver.c
#include "dev.h"

void bad(struct dev *d)
{
	spin_lock(&d->lock);
	d->ops->update(d);
	spin_unlock(&d->lock);
}

void fixed(struct dev *d)
{
	spin_lock(&d->lock);
	d->ops->query(d);
	spin_unlock(&d->lock);
	d->ops->update(d);
}

//--- ops.c
#include "dev.h"

static void phy_update(struct dev *d)
{
	phy_write(d, d->value);
}

static void phy_query(struct dev *d)
{
	d->value++;
}

const struct dev_ops phy_ops = { .update = phy_update, .query = phy_query };

//--- helper.c
#include "dev.h"

void phy_write(struct dev *d, int value)
{
	mutex_lock(&d->mdio);
	d->value = value;
	mutex_unlock(&d->mdio);
}
