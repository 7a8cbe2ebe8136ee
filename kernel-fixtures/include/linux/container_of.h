/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_CONTAINER_OF_H
#define _LINUX_CONTAINER_OF_H

#define offsetof(type, member) __builtin_offsetof(type, member)

#define container_of(ptr, type, member)                                \
	({                                                             \
		void *__member = (void *)(ptr);                        \
		(type *)(__member - offsetof(type, member));           \
	})

#endif
