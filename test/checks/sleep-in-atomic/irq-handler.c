// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// What request_irq() and request_threaded_irq() are given runs in hard interrupt context; the
// threaded half runs in process context and may sleep.

#include <linux/interrupt.h>
#include <linux/mutex.h>

struct dev {
	struct mutex lock;
	int events;
};

static void record(struct dev *d)
{
	mutex_lock(&d->lock);
	// CHECK: [[#@LINE-1]]:2: warning: mutex_lock() may sleep in atomic context: bad_handler() is an interrupt handler, which runs in hard interrupt context{{.*}}high confidence]
	// CHECK: in bad_handler: {{.*}}interrupt handler, registered by probe()
	// CHECK: in bad_handler: calls record()
	// CHECK: in record: calls mutex_lock()
	d->events++;
	mutex_unlock(&d->lock);
}

static irqreturn_t bad_handler(int irq, void *data)
{
	record(data);
	return IRQ_HANDLED;
}

static irqreturn_t bad_primary(int irq, void *data)
{
	struct dev *d = data;

	mutex_lock(&d->lock);
	// CHECK: [[#@LINE-1]]:2: warning: mutex_lock() may sleep in atomic context: bad_primary() is an interrupt handler{{.*}}high confidence]
	mutex_unlock(&d->lock);
	return IRQ_WAKE_THREAD;
}

static irqreturn_t fixed_primary(int irq, void *data)
{
	return IRQ_WAKE_THREAD;
}

static irqreturn_t fixed_thread(int irq, void *data)
{
	struct dev *d = data;

	mutex_lock(&d->lock);
	d->events++;
	mutex_unlock(&d->lock);
	return IRQ_HANDLED;
}

int probe(struct dev *d)
{
	int err = request_irq(4, bad_handler, IRQF_SHARED, "dev", d);

	if (!err)
		err = request_threaded_irq(5, bad_primary, fixed_thread, 0, "dev", d);
	if (!err)
		err = request_threaded_irq(6, fixed_primary, fixed_thread, IRQF_ONESHOT, "dev", d);
	return err;
}
