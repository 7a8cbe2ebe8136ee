//===- PollLoops.h - Loops that wait without sleeping -----------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_POLLLOOPS_H
#define GFPCHECK_SOLVE_POLLLOOPS_H

#include "gfpcheck/link/Program.h"
#include "llvm/ADT/DenseMap.h"

namespace gfpcheck {

/// Finds loops that only others can end: all that they do is to read memory until it has
/// changed. They have no store, call nothing that does more than to read, count no turns and
/// look at no clock.
class PollLoops {
public:
  explicit PollLoops(const Program &P) : P(P), Clock(P.findName("jiffies")) {}

  /// The line of the condition that ends such a loop in \p F; 0: it has none.
  uint32_t find(FuncId F);

private:
  /// What a value may be that a loop waits for: made of constants, arguments, and memory.
  enum class Watched : uint8_t { No, Fixed, Memory };
  Watched watched(FuncId F, ValueId V, unsigned Depth);
  Watched result(FuncId F, unsigned Depth);
  bool doesNothing(FuncId F, const Event &E, unsigned Depth);

  const Program &P;
  const NameId Clock;
  llvm::DenseMap<FuncId, Watched> Results; ///< of functions that do nothing but read
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_POLLLOOPS_H
