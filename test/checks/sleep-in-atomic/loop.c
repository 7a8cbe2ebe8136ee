// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Loops: a lock taken and dropped in every round, and one left held by a `continue`.

#include <linux/delay.h>
#include <linux/list.h>
#include <linux/spinlock.h>

struct slot {
	spinlock_t lock;
	struct list_head node;
	bool busy;
};

void bad(struct slot *slots, int n)
{
	for (int i = 0; i < n; i++) {
		msleep(1);
		// CHECK: [[#@LINE-1]]:3: warning: msleep() may sleep in atomic context: bad() holds spinlock {{.*}}confidence]
		spin_lock(&slots[i].lock);
		if (slots[i].busy)
			continue; /* forgets the lock */
		spin_unlock(&slots[i].lock);
	}
}

void fixed(struct slot *slots, int n)
{
	for (int i = 0; i < n; i++) {
		msleep(1);
		spin_lock(&slots[i].lock);
		if (slots[i].busy) {
			spin_unlock(&slots[i].lock);
			continue;
		}
		spin_unlock(&slots[i].lock);
	}
}

void fixed_list(struct list_head *head)
{
	struct slot *s;

	list_for_each_entry(s, head, node) {
		spin_lock(&s->lock);
		s->busy = false;
		spin_unlock(&s->lock);
		msleep(1);
	}
}

void fixed_retry(struct slot *s)
{
again:
	spin_lock(&s->lock);
	if (s->busy) {
		spin_unlock(&s->lock);
		msleep(1);
		goto again;
	}
	s->busy = true;
	spin_unlock(&s->lock);
}
