/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_SEQLOCK_H
#define _LINUX_SEQLOCK_H

#include <linux/spinlock.h>

typedef struct {
	unsigned int sequence;
	spinlock_t lock;
} seqlock_t;

static inline void seqlock_init(seqlock_t *sl)
{
	sl->sequence = 0;
	spin_lock_init(&sl->lock);
}

/* Readers hold nothing; they look again if a writer was there. */
static inline unsigned int read_seqbegin(const seqlock_t *sl)
{
	unsigned int start;

	while ((start = READ_ONCE(sl->sequence)) & 1)
		barrier();
	return start;
}

static inline int read_seqretry(const seqlock_t *sl, unsigned int start)
{
	return READ_ONCE(sl->sequence) != start;
}

static inline void write_seqlock(seqlock_t *sl)
{
	spin_lock(&sl->lock);
	sl->sequence++;
}

static inline void write_sequnlock(seqlock_t *sl)
{
	sl->sequence++;
	spin_unlock(&sl->lock);
}

static inline void write_seqlock_irq(seqlock_t *sl)
{
	spin_lock_irq(&sl->lock);
	sl->sequence++;
}

static inline void write_sequnlock_irq(seqlock_t *sl)
{
	sl->sequence++;
	spin_unlock_irq(&sl->lock);
}

#endif
