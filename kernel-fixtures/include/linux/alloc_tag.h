/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#ifndef _LINUX_ALLOC_TAG_H
#define _LINUX_ALLOC_TAG_H

#include <linux/types.h>

/* Memory allocation profiling: every allocator is a macro around its _noprof form. */
struct alloc_tag {
	u64 calls;
};

static inline struct alloc_tag *alloc_tag_save(struct alloc_tag *tag)
{
	tag->calls++;
	return tag;
}

static inline void alloc_tag_restore(struct alloc_tag *tag, struct alloc_tag *old)
{
	(void)tag;
	(void)old;
}

#define alloc_hooks(_do_alloc)                                         \
	({                                                             \
		static struct alloc_tag _alloc_tag;                    \
		struct alloc_tag *_old = alloc_tag_save(&_alloc_tag);  \
		typeof(_do_alloc) _res = _do_alloc;                    \
		alloc_tag_restore(&_alloc_tag, _old);                  \
		_res;                                                  \
	})

#endif
