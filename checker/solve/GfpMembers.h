//===- GfpMembers.h - GFP flags kept in memory -----------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_GFPMEMBERS_H
#define GFPCHECK_SOLVE_GFPMEMBERS_H

#include "gfpcheck/solve/Solver.h"

namespace gfpcheck {

/// What the program stores to members that hold GFP flags (address_space.gfp_mask),
/// and what that says of them elsewhere: the objects of a provider have the flags that
/// the provider stores, or else those that the core initialises them with.
class GfpMembers {
public:
  explicit GfpMembers(const Solution &S) : S(S) {}
  void add(FuncId Where, const GfpStore &X);
  /// Whether \p X, a condition "flag set" on such a member, holds for objects that
  /// \p User works on. Unknown: not decided by what is stored.
  Truth decide(const Pred &X, FuncId User) const;

private:
  struct Store {
    uint64_t Owner = 0; ///< what the object is part of, as lockClass(); 0: unknown
    VId Value = 0;
  };
  uint64_t owner(VId Address) const;
  bool mayHave(VId Value, uint64_t Bits, unsigned Depth = 0) const;

  const Solution &S;
  /// By (member, provider).
  llvm::DenseMap<std::pair<uint64_t, NameId>, std::vector<Store>> Stores;
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_GFPMEMBERS_H
