// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// current->journal_info belongs to one filesystem at a time: what reclaim calls into takes it for a
// transaction of its own.

#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct session {
	void *reply;
};

void bad(struct session *s, void *request)
{
	current->journal_info = request;
	s->reply = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}journal_info{{.*}}[reclaim-reentry, high confidence]
	// CHECK: [[#@LINE-3]]: in bad: {{.*}}journal_info
	current->journal_info = NULL;
}

static void fill(struct session *s)
{
	s->reply = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad_saved() {{.*}}journal_info{{.*}}[reclaim-reentry, high confidence]
}

void bad_saved(struct session *s)
{
	void *saved = current->journal_info;

	current->journal_info = s;
	fill(s);
	current->journal_info = saved;
}

void fixed(struct session *s, void *request)
{
	unsigned int nofs = memalloc_nofs_save();

	current->journal_info = request;
	fill(s);
	current->journal_info = NULL;
	memalloc_nofs_restore(nofs);
}

void fixed_after(struct session *s)
{
	void *saved = current->journal_info;

	current->journal_info = s;
	current->journal_info = NULL;
	s->reply = kmalloc(64, GFP_KERNEL);
	current->journal_info = s;
	current->journal_info = saved;
	s->reply = kmalloc(64, GFP_KERNEL);
}
