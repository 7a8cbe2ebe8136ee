/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The flags of a small kernel with reclaim, beside locks.c. */
typedef unsigned int gfp_t;
#define __GFP_IO 1u
#define __GFP_FS 2u
#define __GFP_DIRECT_RECLAIM 4u
#define GFP_NOIO __GFP_DIRECT_RECLAIM
#define GFP_NOFS (GFP_NOIO | __GFP_IO)
#define GFP_KERNEL (GFP_NOFS | __GFP_FS)
