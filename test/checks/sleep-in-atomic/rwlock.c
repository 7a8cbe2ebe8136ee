// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Reader and writer side of a rwlock both spin.

#include <linux/rwsem.h>
#include <linux/spinlock.h>

static DEFINE_RWLOCK(table_lock);
static struct rw_semaphore sem;

void bad_reader(void)
{
	read_lock(&table_lock);
	down_read(&sem);
	// CHECK: [[#@LINE-1]]:2: warning: down_read() may sleep in atomic context: bad_reader() holds {{.*}}rwlock {{.*}}table_lock{{.*}}high confidence]
	up_read(&sem);
	read_unlock(&table_lock);
}

void bad_writer(void)
{
	write_lock_bh(&table_lock);
	down_write(&sem);
	// CHECK: [[#@LINE-1]]:2: warning: down_write() may sleep in atomic context: bad_writer() holds {{.*}}table_lock{{.*}}high confidence]
	up_write(&sem);
	write_unlock_bh(&table_lock);
}

void fixed_reader(void)
{
	down_read(&sem);
	read_lock(&table_lock);
	read_unlock(&table_lock);
	up_read(&sem);
}

void fixed_writer(void)
{
	unsigned long flags;

	write_lock_irqsave(&table_lock, flags);
	if (down_read_trylock(&sem))
		up_read(&sem);
	write_unlock_irqrestore(&table_lock, flags);
	down_write(&sem);
	up_write(&sem);
}
