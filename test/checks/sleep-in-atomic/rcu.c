// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A reader of RCU must not sleep; a reader of SRCU may.

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/srcu.h>

struct route {
	struct mutex lock;
	int metric;
};

static struct route *active;
static struct srcu_struct srcu;

void bad(int metric)
{
	struct route *r;

	rcu_read_lock();
	r = rcu_dereference(active);
	mutex_lock(&r->lock);
	// CHECK: [[#@LINE-1]]:2: warning: mutex_lock() may sleep in atomic context: bad() is in an RCU{{.*}}high confidence]
	r->metric = metric;
	mutex_unlock(&r->lock);
	rcu_read_unlock();
}

void bad_synchronize(void)
{
	rcu_read_lock();
	synchronize_rcu();
	// CHECK: [[#@LINE-1]]:2: warning: synchronize_rcu() may sleep in atomic context: bad_synchronize() is in an RCU{{.*}}high confidence]
	rcu_read_unlock();
}

void bad_rcu_bh(struct route *r)
{
	rcu_read_lock_bh();
	mutex_lock(&r->lock);
	// CHECK: [[#@LINE-1]]:2: warning: mutex_lock() {{.*}}bad_rcu_bh() {{.*}}high confidence]
	mutex_unlock(&r->lock);
	rcu_read_unlock_bh();
}

void bad_rcu_sched(struct route *r)
{
	rcu_read_lock_sched();
	mutex_lock(&r->lock);
	// CHECK: [[#@LINE-1]]:2: warning: mutex_lock() {{.*}}bad_rcu_sched() {{.*}}high confidence]
	mutex_unlock(&r->lock);
	rcu_read_unlock_sched();
}

void fixed(int metric)
{
	struct route *r;
	int idx = srcu_read_lock(&srcu);

	r = rcu_dereference(active);
	mutex_lock(&r->lock);
	r->metric = metric;
	mutex_unlock(&r->lock);
	srcu_read_unlock(&srcu, idx);
}

void fixed_synchronize(void)
{
	rcu_read_lock();
	rcu_read_unlock();
	synchronize_rcu();
}
