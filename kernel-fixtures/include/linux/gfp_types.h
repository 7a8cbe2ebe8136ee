/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*
 * The bit numbers differ from Linux 6.12's on purpose: an analyzer that knows the
 * numbers by heart instead of reading them from the tree goes wrong here. (1 << 10
 * is __GFP_DIRECT_RECLAIM in 6.12.)
 */
#ifndef _LINUX_GFP_TYPES_H
#define _LINUX_GFP_TYPES_H

#include <linux/types.h>

#define ___GFP_HIGHMEM (1u << 1)
#define ___GFP_FS (1u << 2)
#define ___GFP_DIRECT_RECLAIM (1u << 3)
#define ___GFP_IO (1u << 4)
#define ___GFP_KSWAPD_RECLAIM (1u << 5)
#define ___GFP_HIGH (1u << 8)
#define ___GFP_ZERO (1u << 9)
#define ___GFP_NOWARN (1u << 10)
#define ___GFP_NOFAIL (1u << 11)
#define ___GFP_NORETRY (1u << 12)
#define ___GFP_ACCOUNT (1u << 13)

#define __GFP_HIGHMEM ((__force gfp_t)___GFP_HIGHMEM)
#define __GFP_FS ((__force gfp_t)___GFP_FS)
#define __GFP_DIRECT_RECLAIM ((__force gfp_t)___GFP_DIRECT_RECLAIM)
#define __GFP_IO ((__force gfp_t)___GFP_IO)
#define __GFP_KSWAPD_RECLAIM ((__force gfp_t)___GFP_KSWAPD_RECLAIM)
#define __GFP_RECLAIM ((__force gfp_t)(___GFP_DIRECT_RECLAIM | ___GFP_KSWAPD_RECLAIM))
#define __GFP_HIGH ((__force gfp_t)___GFP_HIGH)
#define __GFP_ZERO ((__force gfp_t)___GFP_ZERO)
#define __GFP_NOWARN ((__force gfp_t)___GFP_NOWARN)
#define __GFP_NOFAIL ((__force gfp_t)___GFP_NOFAIL)
#define __GFP_NORETRY ((__force gfp_t)___GFP_NORETRY)
#define __GFP_ACCOUNT ((__force gfp_t)___GFP_ACCOUNT)

#define GFP_ATOMIC (__GFP_HIGH | __GFP_KSWAPD_RECLAIM)
#define GFP_KERNEL (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_NOWAIT (__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)
#define GFP_NOIO (__GFP_RECLAIM)
#define GFP_NOFS (__GFP_RECLAIM | __GFP_IO)

#endif
