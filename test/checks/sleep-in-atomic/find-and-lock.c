// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// The usual look-up: walks a list under the lock and returns what it found with the lock held, or NULL
// without it. What it returns changes in every round of the loop.

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

struct session {
	struct list_head node;
	struct session *next;
	struct mutex mutex;
	int id;
};

static DEFINE_SPINLOCK(sessions_lock);
static LIST_HEAD(sessions);
static struct session *chain;

static struct session *session_find(int id)
{
	struct session *s;

	spin_lock(&sessions_lock);
	list_for_each_entry(s, &sessions, node)
		if (s->id == id)
			return s;
	spin_unlock(&sessions_lock);
	return NULL;
}

static struct session *chain_find(int id)
{
	struct session *s;

	spin_lock(&sessions_lock);
	for (s = chain; s; s = s->next)
		if (s->id == id)
			return s;
	spin_unlock(&sessions_lock);
	return NULL;
}

void bad(int id)
{
	struct session *s = session_find(id);

	if (!s)
		return;
	mutex_lock(&s->mutex);
	// CHECK: [[#@LINE-1]]:2: warning: mutex_lock() may sleep in atomic context: bad() holds spinlock {{.*}}sessions_lock{{.*}}{{high|medium}} confidence]
	mutex_unlock(&s->mutex);
	spin_unlock(&sessions_lock);
}

void bad_chain(int id)
{
	struct session *s = chain_find(id);

	if (!s)
		return;
	mutex_lock(&s->mutex);
	// CHECK: [[#@LINE-1]]:2: warning: mutex_lock() may sleep in atomic context: bad_chain() holds spinlock {{.*}}sessions_lock{{.*}}{{high|medium}} confidence]
	mutex_unlock(&s->mutex);
	spin_unlock(&sessions_lock);
}

void fixed(int id, struct mutex *other)
{
	struct session *s = session_find(id);

	if (!s) {
		mutex_lock(other);
		mutex_unlock(other);
		return;
	}
	spin_unlock(&sessions_lock);
	mutex_lock(other);
	mutex_unlock(other);
}
