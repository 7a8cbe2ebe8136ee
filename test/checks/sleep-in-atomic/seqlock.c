// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// The writer of a seqlock holds its spinlock; a reader holds nothing.

#include <linux/seqlock.h>
#include <linux/slab.h>

struct clock {
	seqlock_t seq;
	int *offsets;
};

void bad(struct clock *c)
{
	write_seqlock(&c->seq);
	c->offsets = kcalloc(4, sizeof(int), GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kcalloc() may sleep in atomic context: bad() holds spinlock {{.*}}c->seq{{.*}}high confidence]
	write_sequnlock(&c->seq);
}

void fixed(struct clock *c)
{
	int *offsets = kcalloc(4, sizeof(int), GFP_KERNEL);

	write_seqlock_irq(&c->seq);
	c->offsets = offsets;
	write_sequnlock_irq(&c->seq);
}

int fixed_reader(struct clock *c, int **copy)
{
	unsigned int seq;

	do {
		seq = read_seqbegin(&c->seq);
		*copy = kmemdup(c->offsets, 4 * sizeof(int), GFP_KERNEL);
	} while (read_seqretry(&c->seq, seq));
	return *copy ? 0 : -1;
}
