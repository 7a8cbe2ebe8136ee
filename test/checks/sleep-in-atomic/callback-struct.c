// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A function and its data passed in a structure on the caller's stack.

#include <linux/mutex.h>
#include <linux/spinlock.h>

struct walk_ops {
	int (*entry)(int key);
};

static DEFINE_SPINLOCK(tree_lock);
static DEFINE_MUTEX(log_mutex);

static int walk(const struct walk_ops *ops)
{
	int ret;

	spin_lock(&tree_lock);
	ret = ops->entry(1);
	spin_unlock(&tree_lock);
	return ret;
}

static int log_entry(int key)
{
	mutex_lock(&log_mutex);
	// CHECK: [[#@LINE-1]]:2: warning: mutex_lock() may sleep in atomic context: walk() holds spinlock {{.*}}tree_lock{{.*}}confidence]
	mutex_unlock(&log_mutex);
	return key;
}

int bad(void)
{
	struct walk_ops ops = { .entry = log_entry };

	return walk(&ops);
}

struct quiet_ops {
	int (*entry)(int key);
};

static int quiet_walk(const struct quiet_ops *ops)
{
	int ret;

	spin_lock(&tree_lock);
	ret = ops->entry(1);
	spin_unlock(&tree_lock);
	return ret;
}

static int count_entry(int key)
{
	return key + 1;
}

int fixed(void)
{
	struct quiet_ops ops = { .entry = count_entry };

	return quiet_walk(&ops);
}
