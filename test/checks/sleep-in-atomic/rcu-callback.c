// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// call_rcu() runs its function in softirq context.

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct entry {
	struct rcu_head rcu;
	struct work_struct work;
};

static DEFINE_MUTEX(list_mutex);
static int entries;

static void bad_free(struct rcu_head *head)
{
	mutex_lock(&list_mutex);
	// CHECK: [[#@LINE-1]]:2: warning: mutex_lock() may sleep in atomic context: bad_free() is an RCU callback{{.*}}high confidence]
	// CHECK: RCU callback, registered by bad_remove()
	entries--;
	mutex_unlock(&list_mutex);
	kfree(container_of(head, struct entry, rcu));
}

void bad_remove(struct entry *e)
{
	call_rcu(&e->rcu, bad_free);
}

static void fixed_free_work(struct work_struct *work)
{
	mutex_lock(&list_mutex);
	entries--;
	mutex_unlock(&list_mutex);
	kfree(container_of(work, struct entry, work));
}

static void fixed_free(struct rcu_head *head)
{
	struct entry *e = container_of(head, struct entry, rcu);

	INIT_WORK(&e->work, fixed_free_work);
	schedule_work(&e->work);
}

void fixed_remove(struct entry *e)
{
	call_rcu(&e->rcu, fixed_free);
}
