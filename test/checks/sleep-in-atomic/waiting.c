// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Waiting in its many forms sleeps: completions, wait queues, semaphores, interrupts, user memory.

#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/semaphore.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

struct dev {
	spinlock_t lock;
	struct completion done;
	struct semaphore sem;
	wait_queue_head_t wq;
	int irq;
	bool ready;
};

void bad_completion(struct dev *d)
{
	spin_lock(&d->lock);
	wait_for_completion(&d->done);
	// CHECK: [[#@LINE-1]]:2: warning: wait_for_completion() may sleep in atomic context: bad_completion() holds spinlock {{.*}}d->lock{{.*}}high confidence]
	spin_unlock(&d->lock);
}

void bad_wait_event(struct dev *d)
{
	spin_lock(&d->lock);
	wait_event(d->wq, d->ready);
	// CHECK: [[#@LINE-1]]:2: warning: wait_event() may sleep in atomic context: bad_wait_event() holds spinlock {{.*}}d->lock{{.*}}high confidence]
	spin_unlock(&d->lock);
}

void bad_semaphore(struct dev *d)
{
	spin_lock(&d->lock);
	down(&d->sem);
	// CHECK: [[#@LINE-1]]:2: warning: down() may sleep in atomic context: bad_semaphore() holds spinlock {{.*}}d->lock{{.*}}high confidence]
	spin_unlock(&d->lock);
}

void bad_free_irq(struct dev *d)
{
	spin_lock(&d->lock);
	free_irq(d->irq, d);
	// CHECK: [[#@LINE-1]]:2: warning: free_irq() may sleep in atomic context: bad_free_irq() holds spinlock {{.*}}d->lock{{.*}}high confidence]
	spin_unlock(&d->lock);
}

int bad_copy(struct dev *d, void __user *to)
{
	int err;

	spin_lock(&d->lock);
	err = copy_to_user(to, &d->irq, sizeof(d->irq));
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: copy_to_user() may sleep in atomic context: bad_copy() holds spinlock {{.*}}d->lock{{.*}}confidence]
	spin_unlock(&d->lock);
	return err;
}

void fixed_complete(struct dev *d)
{
	spin_lock(&d->lock);
	d->ready = true;
	complete(&d->done);
	wake_up(&d->wq);
	if (!down_trylock(&d->sem))
		up(&d->sem);
	spin_unlock(&d->lock);
}

/* Drops the lock while it waits. */
void fixed_wait_event(struct dev *d)
{
	spin_lock_irq(&d->lock);
	wait_event_lock_irq(d->wq, d->ready, d->lock);
	spin_unlock_irq(&d->lock);
}

int fixed_copy(struct dev *d, void __user *to)
{
	int irq;

	spin_lock(&d->lock);
	irq = d->irq;
	spin_unlock(&d->lock);
	return copy_to_user(to, &irq, sizeof(irq));
}
