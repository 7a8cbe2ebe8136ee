//===- WorkerWalk.h - Work that reclaim waits for ----------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_WORKERWALK_H
#define GFPCHECK_SOLVE_WORKERWALK_H

#include "BlockingCalls.h"

namespace gfpcheck {

/// Fills S.QueueUses: from S.ReclaimLocks, and by a walk over the calls of work items whose
/// queue has a rescuer, and of operations on the way of I/O; and S.ScopedFlushes.
/// \p Scoped, by FuncId: calls that are always made in a scope.
void walkWorkers(Solution &S, const WalkContext &C, llvm::ArrayRef<std::vector<ScopedCall>> Scoped);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_WORKERWALK_H
