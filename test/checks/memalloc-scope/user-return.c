// RUN: %analyze --check=memalloc-scope %s | FileCheck %s --implicit-check-not=warning:
//
// A scope that is open when a system call returns, or a work item: the task goes on in it with
// something else, although the token is kept for whoever is to end it.

#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/workqueue.h>

struct session {
	unsigned int noio;
	void *buf;
};

#define START 1
#define STOP 2

static struct session *open_session(void)
{
	struct session *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (s)
		s->noio = memalloc_noio_save();
	return s;
}

static void close_session(struct session *s)
{
	memalloc_noio_restore(s->noio);
	kfree(s);
}

static int start(struct file *file)
{
	file->private_data = open_session();
	return file->private_data ? 0 : -ENOMEM;
}

static long bad_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case START:
		return start(file);
	// CHECK: user-return.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_ioctl() returns to user space with a memalloc_noio scope open, in which the task goes on [memalloc-scope, medium confidence]
	// CHECK: in bad_ioctl: calls start(), which begins a memalloc_noio scope
	// CHECK: in start: calls open_session(), which begins a memalloc_noio scope
	// CHECK: in open_session: calls memalloc_noio_save(), which begins a memalloc_noio scope
	// CHECK: in bad_ioctl: on some ways returns with the scope open
	// CHECK: fix: end the scope before bad_ioctl() returns, and begin it again where it is needed
	case STOP:
		close_session(file->private_data);
		return 0;
	}
	return -EINVAL;
}

static int fixed_start(struct file *file)
{
	struct session *s = open_session();

	if (!s)
		return -ENOMEM;
	s->buf = kmalloc(64, GFP_KERNEL);
	close_session(s);
	return 0;
}

static long fixed_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return cmd == START ? fixed_start(file) : -EINVAL;
}

static const struct file_operations bad_fops = { .unlocked_ioctl = bad_ioctl };
static const struct file_operations fixed_fops = { .unlocked_ioctl = fixed_ioctl };

int session_init(void)
{
	return register_chrdev(10, "bad", &bad_fops) ?: register_chrdev(11, "fixed", &fixed_fops);
}

void put_token(unsigned int token);

SYSCALL_DEFINE1(bad_mode, int, on)
{
	put_token(memalloc_nofs_save());
	// CHECK: user-return.c:[[#@LINE-1]]:{{[0-9]+}}: warning: __do_sys_bad_mode() returns to user space with a memalloc_nofs scope open, in which the task goes on [memalloc-scope, high confidence]
	return 0;
}

/* Meant to stay, as PR_SET_IO_FLUSHER is. */
SYSCALL_DEFINE1(fixed_mode, int, on)
{
	if (on)
		current->flags |= PF_MEMALLOC_NOIO;
	else
		current->flags &= ~PF_MEMALLOC_NOIO;
	return 0;
}

struct job {
	unsigned int nofs;
};

struct device {
	struct work_struct work;
	struct job *job;
};

static void bad_work(struct work_struct *w)
{
	struct job *j = kzalloc(sizeof(*j), GFP_KERNEL | __GFP_NOFAIL);

	j->nofs = memalloc_nofs_save();
	// CHECK: user-return.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_work() is a work item that leaves its worker in a memalloc_nofs scope, in which it goes on with other work [memalloc-scope, medium confidence]
	// CHECK: in bad_work: returns with the scope open
	container_of(w, struct device, work)->job = j;
}

void finish_job(struct device *d)
{
	memalloc_nofs_restore(d->job->nofs);
	kfree(d->job);
}

void device_init(struct device *d)
{
	INIT_WORK(&d->work, bad_work);
}

/* A helper: its callers have the scope. */
struct session *fixed_helper(void)
{
	return open_session();
}
