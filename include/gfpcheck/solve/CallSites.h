//===- CallSites.h - Calls, and what is held at them -----------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_CALLSITES_H
#define GFPCHECK_SOLVE_CALLSITES_H

#include "gfpcheck/solve/Effects.h"

namespace gfpcheck {

/// A call, or a function passed as an argument of a call.
struct CallSite {
  uint32_t Where = 0;     ///< index in Function::Events
  FuncId Callee = NoFunc; ///< NoFunc: any target of Key
  uint64_t Key = 0;       ///< Program::targets()

  llvm::ArrayRef<FuncId> callees(const Program &P) const {
    return Callee == NoFunc ? P.targets(Key) : llvm::ArrayRef<FuncId>(Callee);
  }
};

/// A call that is always made in a scope.
struct ScopedCall {
  EventIdx Where = 0;
  uint8_t Prevents = 0; ///< bit per AtomKind (ContextKind::Prevents)
  bool operator==(const ScopedCall &O) const { return Where == O.Where && Prevents == O.Prevents; }
};

/// A context in which a call is made, or one of the caller's that is over by then.
struct HeldCall {
  ContextId Context = 0;
  bool Sure = true;   ///< as HeldContext::Sure
  bool Ended = false; ///< the caller's, over by then
  EventIdx Begun = 0; ///< the event that began it; AtEntry: Model::Possession
  uint64_t Class = 0; ///< lockClass(); 0: not known, or none

  auto key() const { return std::tuple(Ended, Context, Class); }
  bool operator==(const HeldCall &O) const { return key() == O.key(); }
  bool operator<(const HeldCall &O) const { return key() < O.key(); }
};

/// A call as it is made on some of the function's paths.
struct CallVariant {
  EventIdx Where = 0;
  uint8_t Prevents = 0;         ///< as ScopedCall::Prevents
  std::vector<HeldCall> Held;   ///< sorted
  std::vector<Pred> Conditions; ///< that hold of the function's parameters, as it was entered
                                ///< with them; Pred::V is the number of one. Sorted
};

/// Scopes that a function begins or ends on some of its paths, for no reason that a caller
/// could see, and that are not told to callers: bit per AtomKind that they prevent.
struct LostScopes {
  uint8_t Begun = 0, Ended = 0;
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_CALLSITES_H
