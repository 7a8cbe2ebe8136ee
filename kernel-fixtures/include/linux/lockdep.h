/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* Annotations, in a kernel without lockdep. */
#ifndef _LINUX_LOCKDEP_H
#define _LINUX_LOCKDEP_H

struct lock_class_key {
};

#define SINGLE_DEPTH_NESTING 1

#define lockdep_set_class(lock, key) ((void)(key))
#define lockdep_set_novalidate_class(lock) ((void)0)

#endif
