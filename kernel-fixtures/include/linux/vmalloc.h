/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/gfp.h>

void *__vmalloc_noprof(size_t size, gfp_t gfp);
#define __vmalloc(...) alloc_hooks(__vmalloc_noprof(__VA_ARGS__))
void *vmalloc_noprof(size_t size);
#define vmalloc(...) alloc_hooks(vmalloc_noprof(__VA_ARGS__))
void vfree(const void *addr);

#endif
