// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ramq.c without its bugs: user memory is copied before the lock is taken, and the lock is given
// back on every path (by a guard, which cannot forget it).
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct ramq2_slot {
	struct list_head node;
	loff_t pos;
	char data[64];
};

struct ramq2 {
	spinlock_t lock;
	struct list_head slots;
	int users, size;
};

static struct ramq2_slot *ramq2_find(struct ramq2 *q, loff_t pos)
{
	struct ramq2_slot *slot;

	spin_lock(&q->lock);
	list_for_each_entry(slot, &q->slots, node)
		if (slot->pos == pos)
			return slot;
	spin_unlock(&q->lock);
	return NULL;
}

static ssize_t ramq2_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct ramq2 *q = file->private_data;
	struct ramq2_slot *slot;
	char data[64];

	if (copy_from_user(data, buf, min(count, sizeof(data))))
		return -EFAULT;
	slot = ramq2_find(q, *pos);
	if (!slot)
		return -ENOENT;
	memcpy(slot->data, data, sizeof(data));
	spin_unlock(&q->lock);
	return count;
}

static int ramq2_resize(struct ramq2 *q, int size)
{
	guard(spinlock)(&q->lock);
	if (q->users)
		return -EBUSY;
	q->size = size;
	return 0;
}

static long ramq2_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int err;

	while ((err = ramq2_resize(file->private_data, arg)) == -EBUSY)
		msleep(20);
	return err;
}

static const struct file_operations ramq2_fops = {
	.write = ramq2_write,
	.unlocked_ioctl = ramq2_ioctl,
};

int ramq2_init(void)
{
	return register_chrdev(241, "ramq2", &ramq2_fops);
}
