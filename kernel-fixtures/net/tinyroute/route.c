// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A routing table under RCU, with one bug and its fix.
//
// tinyroute_walk() calls a function for every route in an RCU read-side critical section. Counting
// routes there is fine; dumping them allocates with the flags of the dump, which its users set.
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct tinyroute {
	struct list_head node;
	unsigned int dst;
};

struct tinyroute_dump {
	gfp_t gfp;
	unsigned int *copies[16];
	unsigned int n;
};

static LIST_HEAD(routes);

static void tinyroute_walk(void (*fn)(struct tinyroute *rt, void *arg), void *arg)
{
	struct tinyroute *rt;

	rcu_read_lock();
	list_for_each_entry(rt, &routes, node)
		fn(rt, arg);
	rcu_read_unlock();
}

static void tinyroute_count_one(struct tinyroute *rt, void *arg)
{
	++*(unsigned int *)arg;
}

static void tinyroute_dump_one(struct tinyroute *rt, void *arg)
{
	struct tinyroute_dump *dump = arg;

	dump->copies[dump->n++] = kmemdup(&rt->dst, sizeof(rt->dst), dump->gfp);
}

unsigned int tinyroute_count(void)
{
	unsigned int n = 0;

	tinyroute_walk(tinyroute_count_one, &n);
	return n;
}

void tinyroute_dump(struct tinyroute_dump *dump)
{
	dump->gfp = GFP_KERNEL; /* the bug */
	tinyroute_walk(tinyroute_dump_one, dump);
}

void tinyroute_dump_fixed(struct tinyroute_dump *dump)
{
	dump->gfp = GFP_ATOMIC;
	tinyroute_walk(tinyroute_dump_one, dump);
}
