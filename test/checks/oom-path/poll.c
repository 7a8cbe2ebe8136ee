// RUN: %analyze --check=oom-path --min-confidence=low %s | FileCheck %s --implicit-check-not=warning:
//
// Waits of low confidence: loops that look for another task's progress and never sleep, as that task
// may need this CPU; and waits whose end does not depend on memory, as far as is known, but has no
// bound.

#include <asm/processor.h>
#include <linux/completion.h>
#include <linux/sched.h>
#include <linux/sched/coredump.h>

unsigned long jiffies;
static struct completion drained;

static void bad_poll(struct mm_struct *mm)
{
	while (READ_ONCE(mm->busy))
		cpu_relax();
	// CHECK: [[#@LINE-2]]:{{[0-9]+}}: warning: bad_poll() looks again and again for what another task does, and never sleeps, in the exit of an OOM victim [oom-path, low confidence]
	// CHECK: in bad_poll: reads memory until it has changed
	// CHECK: fix: wait for an event, or call cond_resched() in the loop
}

static void fixed_poll(struct mm_struct *mm)
{
	while (READ_ONCE(mm->busy))
		cond_resched();
}

static void counted_poll(struct mm_struct *mm)
{
	int turns = 100;

	while (READ_ONCE(mm->busy) && turns--)
		cpu_relax();
}

static void timed_poll(struct mm_struct *mm)
{
	unsigned long end = jiffies + HZ;

	while (READ_ONCE(mm->busy) && READ_ONCE(jiffies) < end)
		cpu_relax();
}

static int search(int *slots, int wanted)
{
	int i = 0;

	while (READ_ONCE(slots[i]) != wanted)
		i++;
	return i;
}

int exit_mmap(struct mm_struct *mm, int *slots)
{
	bad_poll(mm);
	fixed_poll(mm);
	counted_poll(mm);
	timed_poll(mm);
	wait_for_completion(&drained);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: wait_for_completion() may wait for drained in the exit of an OOM victim without bound [oom-path, low confidence]
	wait_for_completion_timeout(&drained, HZ);
	return search(slots, 7);
}

void __mmput(struct mm_struct *mm, int *slots)
{
	exit_mmap(mm, slots);
}
