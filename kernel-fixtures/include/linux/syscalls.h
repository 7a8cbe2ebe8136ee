/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_SYSCALLS_H
#define _LINUX_SYSCALLS_H

#define SYSCALL_DEFINE1(name, type, arg)                               \
	static inline long __do_sys_##name(type arg);                  \
	long __x64_sys_##name(unsigned long arg);                      \
	long __x64_sys_##name(unsigned long arg)                       \
	{                                                              \
		return __do_sys_##name((type)arg);                     \
	}                                                              \
	static inline long __do_sys_##name(type arg)

#endif
