// RUN: %analyze %s | FileCheck %s --implicit-check-not=warning:
//
// A function stored in a field at run time.

#include <linux/slab.h>
#include <linux/spinlock.h>

struct stream {
	spinlock_t lock;
	void (*refill)(struct stream *s);
	void (*drain)(struct stream *s);
	void *buf;
};

static void refill_buf(struct stream *s)
{
	s->buf = kmalloc(4096, GFP_KERNEL);
}

static void drain_buf(struct stream *s)
{
	kfree(s->buf);
}

void setup(struct stream *s)
{
	s->refill = refill_buf;
	s->drain = drain_buf;
}

void bad(struct stream *s)
{
	spin_lock(&s->lock);
	s->refill(s);
	spin_unlock(&s->lock);
}
// CHECK: warning: kmalloc() may sleep in atomic context: bad() holds spinlock {{.*}}s->lock{{.*}}high confidence]
// CHECK: in bad: calls refill_buf() through stream.refill, the only function it is set to

void fixed(struct stream *s)
{
	s->refill(s);
	spin_lock(&s->lock);
	s->drain(s);
	spin_unlock(&s->lock);
}
