// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Work items and kthreads run in process context of their own: whoever queues them may be atomic,
// they may sleep. Waiting for one, on the other hand, sleeps.

#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct dev {
	spinlock_t lock;
	struct mutex mutex;
	struct work_struct work;
};

static void fixed_work(struct work_struct *work)
{
	struct dev *d = container_of(work, struct dev, work);

	mutex_lock(&d->mutex);
	mutex_unlock(&d->mutex);
}

static int fixed_thread(void *data)
{
	struct dev *d = data;

	while (!kthread_should_stop()) {
		mutex_lock(&d->mutex);
		mutex_unlock(&d->mutex);
	}
	return 0;
}

void fixed_queue(struct dev *d)
{
	spin_lock(&d->lock);
	schedule_work(&d->work);
	spin_unlock(&d->lock);
}

void fixed_start(struct dev *d)
{
	INIT_WORK(&d->work, fixed_work);
	kthread_run(fixed_thread, d, "dev");
}

void bad_flush(struct dev *d)
{
	spin_lock(&d->lock);
	flush_work(&d->work);
	// CHECK: [[#@LINE-1]]:2: warning: flush_work() may sleep in atomic context: bad_flush() holds {{.*}}d->lock{{.*}}high confidence]
	spin_unlock(&d->lock);
}

void bad_start(struct dev *d)
{
	spin_lock(&d->lock);
	kthread_run(fixed_thread, d, "dev");
	// CHECK: [[#@LINE-1]]:2: warning: {{kthread_[a-z_]+}}() may sleep in atomic context: bad_start() holds {{.*}}d->lock{{.*}}high confidence]
	spin_unlock(&d->lock);
}
