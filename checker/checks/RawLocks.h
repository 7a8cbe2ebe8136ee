//===- RawLocks.h - Allocations under a raw spinlock -------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_RAWLOCKS_H
#define GFPCHECK_CHECKS_RAWLOCKS_H

#include "gfpcheck/solve/Solver.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace gfpcheck {

/// An allocation that cannot wait, made while a raw_spinlock_t is held that the same function has
/// taken.
struct RawAllocation {
  FuncId Func = NoFunc;
  EventIdx Lock = 0, Where = 0;
  ValueId Address = 0;         ///< of the lock
  std::optional<int64_t> Mask; ///< where it is known
};

/// \p IsAllocator: whether a function allocates with its first parameter of type gfp_t.
std::vector<RawAllocation> findRawAllocations(const Solution &S,
                                              llvm::function_ref<bool(FuncId)> IsAllocator);

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_RAWLOCKS_H
