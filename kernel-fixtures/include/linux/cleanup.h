/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * Scope-based cleanup: a guard is a variable whose constructor takes a lock and
 * whose cleanup attribute releases it, whatever way the scope is left.
 */
#ifndef _LINUX_CLEANUP_H
#define _LINUX_CLEANUP_H

#include <linux/types.h>

#define DEFINE_FREE(_name, _type, _free)                               \
	static inline void __free_##_name(void *p)                     \
	{                                                              \
		_type _T = *(_type *)p;                                \
		_free;                                                 \
	}
#define __free(_name) __cleanup(__free_##_name)

/* Takes the pointer out of a __free() variable, which then frees nothing. */
#define no_free_ptr(p)                                                 \
	({                                                             \
		typeof(p) __taken = (p);                               \
		(p) = NULL;                                            \
		__taken;                                               \
	})
#define return_ptr(p) return no_free_ptr(p)

#define __guard_class(_name, _type, _unlock, ...)                      \
	typedef struct {                                               \
		_type *lock;                                           \
		__VA_ARGS__;                                           \
	} class_##_name##_t;                                           \
	static inline void class_##_name##_destructor(class_##_name##_t *_T) \
	{                                                              \
		if (_T->lock) {                                        \
			_unlock;                                       \
		}                                                      \
	}                                                              \
	static inline void *class_##_name##_lock_ptr(class_##_name##_t *_T) \
	{                                                              \
		return _T->lock;                                       \
	}

/* A guard of a lock that its user names, ... */
#define DEFINE_LOCK_GUARD_1(_name, _type, _lock, _unlock, ...)         \
	__guard_class(_name, _type, _unlock, __VA_ARGS__)              \
	static inline class_##_name##_t class_##_name##_constructor(_type *l) \
	{                                                              \
		class_##_name##_t guard = { .lock = l }, *_T = &guard; \
		_lock;                                                 \
		return guard;                                          \
	}

/* ... of one taken only if _condlock says so (its scope is skipped if not), ... */
#define DEFINE_LOCK_GUARD_1_COND(_name, _ext, _condlock)               \
	typedef class_##_name##_t class_##_name##_ext##_t;             \
	static inline void class_##_name##_ext##_destructor(class_##_name##_t *_T) \
	{                                                              \
		class_##_name##_destructor(_T);                        \
	}                                                              \
	static inline void *class_##_name##_ext##_lock_ptr(class_##_name##_t *_T) \
	{                                                              \
		return _T->lock;                                       \
	}                                                              \
	static inline class_##_name##_t class_##_name##_ext##_constructor( \
		typeof(((class_##_name##_t *)NULL)->lock) l)           \
	{                                                              \
		class_##_name##_t guard = { .lock = l }, *_T = &guard; \
		if (!(_condlock))                                      \
			_T->lock = NULL;                               \
		return guard;                                          \
	}

/* ... and of a state of the CPU. */
#define DEFINE_LOCK_GUARD_0(_name, _lock, _unlock, ...)                \
	__guard_class(_name, void, _unlock, __VA_ARGS__)               \
	static inline class_##_name##_t class_##_name##_constructor(void) \
	{                                                              \
		class_##_name##_t guard = { .lock = (void *)1 };       \
		class_##_name##_t *_T __maybe_unused = &guard;         \
		_lock;                                                 \
		return guard;                                          \
	}

/* A guard that is the pointer to the lock itself, and nothing if it is NULL. */
#define DEFINE_GUARD(_name, _type, _lock, _unlock)                     \
	typedef _type class_##_name##_t;                               \
	static inline void class_##_name##_destructor(_type *p)        \
	{                                                              \
		_type _T = *p;                                         \
		if (_T) {                                              \
			_unlock;                                       \
		}                                                      \
	}                                                              \
	static inline _type class_##_name##_constructor(_type _T)      \
	{                                                              \
		_lock;                                                 \
		return _T;                                             \
	}                                                              \
	static inline void *class_##_name##_lock_ptr(class_##_name##_t *_T) \
	{                                                              \
		return *_T;                                            \
	}

#define CLASS(_name, var)                                              \
	class_##_name##_t var __cleanup(class_##_name##_destructor) =  \
		class_##_name##_constructor

/* Holds the lock to the end of the enclosing block. */
#define guard(_name) CLASS(_name, __UNIQUE_ID(guard))

/* Holds the lock for the statement that follows. */
#define __scoped_guard(_name, _label, args...)                         \
	for (CLASS(_name, scope)(args); class_##_name##_lock_ptr(&scope); \
	     ({ goto _label; }))                                       \
		if (0) {                                               \
_label:                                                                \
			break;                                         \
		} else
#define scoped_guard(_name, args...) __scoped_guard(_name, __UNIQUE_ID(label), args)

#endif
