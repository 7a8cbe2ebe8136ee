// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A function passed as an argument is followed to the call through the parameter, call by call.

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

struct member {
	struct list_head node;
	struct mutex mutex;
	int hits;
};

static DEFINE_SPINLOCK(lock);
static LIST_HEAD(members);

static void for_each_member(void (*fn)(struct member *m, void *data), void *data)
{
	struct member *m;

	spin_lock(&lock);
	list_for_each_entry(m, &members, node)
		fn(m, data);
	spin_unlock(&lock);
}

static void sleepy(struct member *m, void *data)
{
	mutex_lock(&m->mutex);
	// CHECK: [[#@LINE-1]]:2: warning: mutex_lock() may sleep in atomic context: for_each_member() holds spinlock {{.*}}lock{{.*}}high confidence]
	// CHECK: in bad: calls for_each_member()
	// CHECK: in for_each_member: takes spinlock
	// CHECK: in for_each_member: calls the function it was given, sleepy()
	// CHECK: in sleepy: calls mutex_lock()
	m->hits++;
	mutex_unlock(&m->mutex);
}

static void quick(struct member *m, void *data)
{
	m->hits++;
}

void bad(void)
{
	for_each_member(sleepy, NULL);
}

void fixed(void)
{
	for_each_member(quick, NULL);
}

static void call_unlocked(void (*fn)(struct member *m, void *data), struct member *m)
{
	fn(m, NULL);
}

void fixed_unlocked(struct member *m)
{
	call_unlocked(sleepy, m);
}
