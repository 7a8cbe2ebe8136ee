//===- LockKeys.h - What annotations say of lock classes -------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kernel tells lockdep which locks are a class of their own, and what it is not to
// check. Edges to reclaim that this speaks of are taken out, and counted (SolveCaps).
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_LOCKKEYS_H
#define GFPCHECK_SOLVE_LOCKKEYS_H

#include "FunctionAnalysis.h"

namespace gfpcheck {

/// Takes out what lockdep is not to check (__GFP_NOLOCKDEP, lockdep_set_novalidate_class()), and
/// locks of Model::LockKeys, from S.Locked; of the latter, from \p LockedCalls as well.
void dropUnchecked(Solution &S, llvm::MutableArrayRef<std::vector<LockedCall>> LockedCalls);

/// Takes out of S.Locked, once S.ReclaimLocks are known, locks to which their filesystem or driver
/// gives a key of its own, where reclaim waits for those of others only. Counts those that a
/// subclass tells from what reclaim waits for.
void dropOwnClasses(Solution &S);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_LOCKKEYS_H
