// RUN: %analyze --check=memalloc-scope %s | FileCheck %s --implicit-check-not=warning:
//
// A way out of the function that forgets the end of the scope.

#include <linux/errno.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct dev {
	void *buf, *map;
	int mode, error;
};

int probe(struct dev *d);

int bad_return(struct dev *d)
{
	unsigned int noio = memalloc_noio_save();

	d->buf = kmalloc(64, GFP_KERNEL);
	if (!d->buf)
		return -ENOMEM;
	// CHECK: left-open.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_return() returns with a memalloc_noio scope open: the token that memalloc_noio_save() returned is given to nobody on this path [memalloc-scope, high confidence]
	// CHECK-NEXT: from where
	// CHECK-NEXT: left-open.c:[[#@LINE-7]]: in bad_return: calls memalloc_noio_save(), which begins a memalloc_noio scope
	// CHECK-NEXT: left-open.c:[[#@LINE-5]]: in bad_return: a branch here leads past memalloc_noio_restore()
	// CHECK-NEXT: left-open.c:[[#@LINE-5]]: in bad_return: returns with the scope open
	// CHECK-NEXT: fix: call memalloc_noio_restore() before this return, too
	d->map = kmalloc(64, GFP_KERNEL);
	memalloc_noio_restore(noio);
	return 0;
}

int fixed_return(struct dev *d)
{
	unsigned int noio = memalloc_noio_save();

	d->buf = kmalloc(64, GFP_KERNEL);
	if (!d->buf) {
		memalloc_noio_restore(noio);
		return -ENOMEM;
	}
	d->map = kmalloc(64, GFP_KERNEL);
	memalloc_noio_restore(noio);
	return 0;
}

int bad_goto(struct dev *d)
{
	unsigned int nofs;
	int err = probe(d);

	if (err)
		goto out;
	nofs = memalloc_nofs_save();
	err = probe(d);
	if (err)
		goto out;
	d->map = kmalloc(64, GFP_KERNEL);
	memalloc_nofs_restore(nofs);
out:
	d->error = err;
	return err;
	// CHECK: left-open.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_goto() returns with a memalloc_nofs scope open: {{.*}}[memalloc-scope, high confidence]
	// CHECK: left-open.c:[[#@LINE-8]]: in bad_goto: a branch here leads past memalloc_nofs_restore()
}

int fixed_goto(struct dev *d)
{
	unsigned int nofs;
	int err = probe(d);

	if (err)
		goto out;
	nofs = memalloc_nofs_save();
	err = probe(d);
	if (err)
		goto out_nofs;
	d->map = kmalloc(64, GFP_KERNEL);
out_nofs:
	memalloc_nofs_restore(nofs);
out:
	d->error = err;
	return err;
}

/* Whether there is a scope is a question of the mode. */
int fixed_conditional(struct dev *d, bool swap)
{
	unsigned int noio = 0;
	int err;

	if (swap)
		noio = memalloc_noio_save();
	err = probe(d);
	if (err)
		goto out;
	d->buf = kmalloc(64, GFP_KERNEL);
out:
	if (swap)
		memalloc_noio_restore(noio);
	return err;
}

int fixed_always(struct dev *d, bool swap)
{
	unsigned int noio = 0;
	int err;

	if (swap)
		noio = memalloc_noio_save();
	err = probe(d);
	memalloc_noio_restore(noio);
	return err;
}

int bad_conditional(struct dev *d, bool swap)
{
	unsigned int noio = 0;
	int err;

	if (swap)
		noio = memalloc_noio_save();
	err = probe(d);
	if (err)
		return err;
	// CHECK: left-open.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_conditional() returns with a memalloc_noio scope open: {{.*}}[memalloc-scope, high confidence]
	if (swap)
		memalloc_noio_restore(noio);
	return 0;
}

void bad_discarded(struct dev *d)
{
	memalloc_nofs_save();
	d->buf = kmalloc(64, GFP_KERNEL);
	// CHECK: left-open.c:[[#@LINE+2]]:{{[0-9]+}}: warning: bad_discarded() returns with a memalloc_nofs scope open: nobody has the token that memalloc_nofs_save() returned [memalloc-scope, high confidence]
	// CHECK: fix: keep the token and pass it to memalloc_nofs_restore()
}

/* In a loop. */
int bad_loop(struct dev *d, int n)
{
	for (int i = 0; i < n; i++) {
		unsigned int nofs = memalloc_nofs_save();

		if (probe(d + i))
			break;
		memalloc_nofs_restore(nofs);
	}
	return 0;
	// CHECK: left-open.c:[[#@LINE-1]]:{{[0-9]+}}: warning: bad_loop() returns with a memalloc_nofs scope open: {{.*}}[memalloc-scope, high confidence]
}

int fixed_loop(struct dev *d, int n)
{
	for (int i = 0; i < n; i++) {
		unsigned int nofs = memalloc_nofs_save();
		int err = probe(d + i);

		memalloc_nofs_restore(nofs);
		if (err)
			break;
	}
	return 0;
}
