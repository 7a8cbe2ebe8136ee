// RUN: %analyze --check=reclaim-lock-inversion %s | FileCheck %s --implicit-check-not=warning:
//
// Reclaim wakes somebody up, and the wake-up function could get to a mutex. But it is called under
// the queue's spinlock, where nobody can wait: what it takes there, it takes without waiting (or
// there is a bug of another kind).

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/wait.h>

struct waiter {
	struct wait_queue_entry wait;
	struct mutex lock;
	bool stopped;
	void *slot;
};

static wait_queue_head_t cache_idle;

static int waiter_wake(struct wait_queue_entry *entry, unsigned int mode, int flags, void *key)
{
	struct waiter *w = container_of(entry, struct waiter, wait);

	if (w->stopped) {
		mutex_lock(&w->lock);
		kfree(w->slot);
		mutex_unlock(&w->lock);
	}
	return default_wake_function(entry, mode, flags, key);
}

void waiter_add(struct waiter *w)
{
	w->wait.func = waiter_wake;
	add_wait_queue(&cache_idle, &w->wait);
}

static unsigned long count(struct shrinker *shrink, struct shrink_control *sc)
{
	return 1;
}

static unsigned long fixed_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	wake_up(&cache_idle);
	return 1;
}

static struct shrinker fixed_shrinker = { .count_objects = count, .scan_objects = fixed_scan };

void fixed(struct waiter *w)
{
	mutex_lock(&w->lock);
	w->slot = kmalloc(64, GFP_KERNEL);
	mutex_unlock(&w->lock);
}

/* The same function called from where it can wait. */
struct sleeper {
	int (*func)(struct sleeper *s);
	struct mutex lock;
	void *slot;
};

static struct sleeper *sleepers;
static spinlock_t sleepers_lock;

static int sleeper_wake(struct sleeper *s)
{
	mutex_lock(&s->lock);
	kfree(s->slot);
	mutex_unlock(&s->lock);
	return 0;
}

void sleeper_add(struct sleeper *s)
{
	s->func = sleeper_wake;
	spin_lock(&sleepers_lock);
	sleepers = s;
	spin_unlock(&sleepers_lock);
}

static unsigned long bad_scan(struct shrinker *shrink, struct shrink_control *sc)
{
	struct sleeper *s;

	spin_lock(&sleepers_lock);
	s = sleepers;
	spin_unlock(&sleepers_lock);
	s->func(s);
	return 1;
}

static struct shrinker bad_shrinker = { .count_objects = count, .scan_objects = bad_scan };

void bad(struct sleeper *s)
{
	mutex_lock(&s->lock);
	s->slot = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL, which waits for sleeper.lock: bad() holds mutex &s->lock [reclaim-lock-inversion, high confidence]
	// CHECK: in bad_scan: calls sleeper_wake() through sleeper.func
	mutex_unlock(&s->lock);
}

int init(void)
{
	return register_shrinker(&fixed_shrinker, "fixed") ?: register_shrinker(&bad_shrinker, "bad");
}
