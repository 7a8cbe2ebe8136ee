/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/types.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define BIT(nr) (1UL << (nr))

/* The scheduler's annotation. Calls in the AST only with this option on, which is
 * why gfpcheck turns it on. */
#ifdef CONFIG_DEBUG_ATOMIC_SLEEP
void __might_sleep(const char *file, int line);
void __might_fault(const char *file, int line);
#define might_sleep() do { __might_sleep(__FILE__, __LINE__); } while (0)
#define might_fault() __might_fault(__FILE__, __LINE__)
#else
#define might_sleep() do { } while (0)
#define might_fault() do { } while (0)
#endif
#define might_sleep_if(cond) do { if (cond) might_sleep(); } while (0)

void panic(const char *fmt, ...) __noreturn __cold __printf(1, 2);

#define BUG() do { panic("BUG at %s:%d", __FILE__, __LINE__); } while (0)
#define BUG_ON(cond) do { if (unlikely(cond)) BUG(); } while (0)
#define WARN_ON(cond)                                                  \
	({                                                             \
		int __ret_warn_on = !!(cond);                          \
		if (unlikely(__ret_warn_on))                           \
			__warn_printk("WARNING at %s:%d", __FILE__, __LINE__); \
		unlikely(__ret_warn_on);                               \
	})

void *memcpy(void *to, const void *from, size_t n);
void *memset(void *s, int c, size_t n);

#endif
