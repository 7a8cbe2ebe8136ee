/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#include <linux/kernel.h>

#define __init __section(".init.text") __cold
#define __exit __section(".exit.text") __cold

struct module;
#define THIS_MODULE ((struct module *)0)

#define module_init(fn) int (*__initcall_##fn)(void) __maybe_unused = fn
#define module_exit(fn) void (*__exitcall_##fn)(void) __maybe_unused = fn
#define MODULE_LICENSE(license) static const char __module_license[] __maybe_unused = license

#endif
