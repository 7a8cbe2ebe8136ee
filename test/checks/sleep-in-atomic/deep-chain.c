// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// The distance from lock to sleep does not matter, and the shortest way is shown.

#include <linux/mutex.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);

static void level5(void)
{
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
}

static void level4(void) { level5(); }
static void level3(void) { level4(); }
static void level2(void) { level3(); }
static void level1(int shortcut)
{
	level2();
	if (shortcut)
		level4();
}

void bad(int shortcut)
{
	spin_lock(&lock);
	level1(shortcut);
	spin_unlock(&lock);
}
// CHECK: warning: mutex_lock() may sleep in atomic context: bad() holds spinlock {{.*}}lock{{.*}}high confidence]
// CHECK: in bad: calls level1()
// CHECK: in level4: calls level5()
// CHECK-NEXT: in level5: calls mutex_lock()

void fixed(int shortcut)
{
	spin_lock(&lock);
	spin_unlock(&lock);
	level1(shortcut);
}
