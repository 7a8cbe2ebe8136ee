// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A character device over a queue in memory, with two bugs; ramq-fixed.c has neither.
//
// 1. ramq_find() returns with the queue's lock held when it finds something, and ramq_write()
//    copies from user memory, which may fault, before it gives the lock back.
// 2. ramq_resize() leaves with the lock held when the queue is busy; its caller then waits.
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct ramq_slot {
	struct list_head node;
	loff_t pos;
	char data[64];
};

struct ramq {
	spinlock_t lock;
	struct list_head slots;
	int users, size;
};

/* The slot at pos with the queue locked, or NULL with it unlocked. */
static struct ramq_slot *ramq_find(struct ramq *q, loff_t pos)
{
	struct ramq_slot *slot;

	spin_lock(&q->lock);
	list_for_each_entry(slot, &q->slots, node)
		if (slot->pos == pos)
			return slot;
	spin_unlock(&q->lock);
	return NULL;
}

static ssize_t ramq_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct ramq *q = file->private_data;
	struct ramq_slot *slot = ramq_find(q, *pos);
	ssize_t ret = count;

	if (!slot)
		return -ENOENT;
	if (copy_from_user(slot->data, buf, min(count, sizeof(slot->data))))
		ret = -EFAULT;
	spin_unlock(&q->lock);
	return ret;
}

static int ramq_resize(struct ramq *q, int size)
{
	spin_lock(&q->lock);
	if (q->users)
		return -EBUSY;
	q->size = size;
	spin_unlock(&q->lock);
	return 0;
}

static long ramq_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int err;

	while ((err = ramq_resize(file->private_data, arg)) == -EBUSY)
		msleep(20);
	return err;
}

static const struct file_operations ramq_fops = {
	.write = ramq_write,
	.unlocked_ioctl = ramq_ioctl,
};

int ramq_init(void)
{
	return register_chrdev(240, "ramq", &ramq_fops);
}
