// RUN: %analyze --check=reclaim-reentry %s | FileCheck %s --implicit-check-not=warning:
//
// What is stored in current->journal_info may come from memory.

#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct session {
	void *request;
	void *reply;
};

void bad(struct session *s)
{
	current->journal_info = s->request;
	s->reply = kmalloc(64, GFP_KERNEL);
	// CHECK: [[#@LINE-1]]:{{[0-9]+}}: warning: kmalloc() may enter reclaim with GFP_KERNEL and re-enter the filesystem: bad() {{.*}}journal_info{{.*}}[reclaim-reentry, {{high|medium}} confidence]
	current->journal_info = NULL;
}

void fixed(struct session *s)
{
	current->journal_info = s->request;
	s->reply = kmalloc(64, GFP_NOFS);
	current->journal_info = NULL;
	s->reply = kmalloc(64, GFP_KERNEL);
}
