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

/// A call of a function of Model::LockAnnotations.
struct LockAnnotation {
  FuncId Func = NoFunc;
  uint64_t Class = 0;
  const LockAnnotationModel *Model = nullptr;
  bool StaticKey = false; ///< the key is a variable, not a member of what the lock is in
};
std::vector<LockAnnotation> findLockAnnotations(const Program &P, const Model &M);

/// Takes out what lockdep is not to check (__GFP_NOLOCKDEP, lockdep_set_novalidate_class()), and
/// locks of Model::LockKeys, from S.Locked; of the latter, from \p LockedCalls as well.
void dropUnchecked(Solution &S, llvm::ArrayRef<LockAnnotation> Annotations,
                   llvm::MutableArrayRef<std::vector<LockedCall>> LockedCalls);

/// Takes out of S.Locked, once S.ReclaimLocks are known, locks to which their filesystem or driver
/// gives a key of its own, where reclaim waits for those of others only. Counts those that a
/// subclass tells from what reclaim waits for.
void dropOwnClasses(Solution &S, llvm::ArrayRef<LockAnnotation> Annotations);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_LOCKKEYS_H
