//===- ReclaimGraph.h - What reclaim can call and block on ----------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_RECLAIMGRAPH_H
#define GFPCHECK_SOLVE_RECLAIMGRAPH_H

#include "BlockingCalls.h"

namespace gfpcheck {

/// Walks, top-down from Model::ReclaimEntries, over the calls that reclaim of each level can
/// make, and fills S.ReclaimLocks; then over the calls made with one of these locks held, for the
/// locks that are taken there (S.LockOrders).
void walkReclaim(Solution &S, const WalkContext &C,
                 llvm::ArrayRef<std::vector<LockedCall>> LockedCalls);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_RECLAIMGRAPH_H
