// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// Locks that are global, in an array, or reached through container_of() are named in the finding.

#include <linux/container_of.h>
#include <linux/delay.h>
#include <linux/spinlock.h>

struct port {
	int id;
};

struct hub {
	spinlock_t lock;
	struct port port;
};

static spinlock_t buckets[16];

void bad_array(unsigned int hash)
{
	spin_lock(&buckets[hash & 15]);
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() may sleep in atomic context: bad_array() holds spinlock {{.*}}buckets{{.*}}high confidence]
	spin_unlock(&buckets[hash & 15]);
}

void bad_container(struct port *port)
{
	struct hub *hub = container_of(port, struct hub, port);

	spin_lock(&hub->lock);
	msleep(1);
	// CHECK: [[#@LINE-1]]:2: warning: msleep() may sleep in atomic context: bad_container() holds spinlock {{.*}}lock{{.*}}high confidence]
	spin_unlock(&hub->lock);
}

void fixed_array(unsigned int hash)
{
	spin_lock(&buckets[hash & 15]);
	spin_unlock(&buckets[hash & 15]);
	msleep(1);
}

void fixed_container(struct port *port)
{
	struct hub *hub = container_of(port, struct hub, port);

	spin_lock(&hub->lock);
	spin_unlock(&container_of(port, struct hub, port)->lock);
	msleep(1);
}
