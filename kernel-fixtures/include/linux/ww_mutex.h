/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Mutexes of which a task takes many, in no order: the younger one backs off. */
#ifndef _LINUX_WW_MUTEX_H
#define _LINUX_WW_MUTEX_H

#include <linux/mutex.h>

struct ww_acquire_ctx {
	unsigned long stamp;
};

struct ww_mutex {
	struct mutex base;
	struct ww_acquire_ctx *ctx;
};

int ww_mutex_lock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
int __must_check ww_mutex_trylock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
void ww_mutex_unlock(struct ww_mutex *lock);

#endif
