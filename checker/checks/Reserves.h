//===- Reserves.h - Who takes from a pool, and relies on it ------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_RESERVES_H
#define GFPCHECK_CHECKS_RESERVES_H

#include "MaskFlow.h"
#include "PathWalk.h"
#include <map>

namespace gfpcheck {

/// Which pool an element is taken from.
struct PoolName {
  int Param = -1;     ///< this parameter; else
  uint64_t Class = 0; ///< Program::addressClass() of it, or of the pointer to it; 0: not known
  uint64_t Via = 0;   ///< not that itself, but what is in this member of it
  bool One = false;   ///< there is only one of that class
};

/// A function that returns an element of a pool.
struct Taker {
  enum class Mask : uint8_t { Given, CannotWait, CanWait } Kind = Mask::Given;
  unsigned Param = 0; ///< Given: the parameter with the mask
  PoolName Pool;
  EventIdx Where = 0; ///< the call that takes it; of a function of the model: 0
  FuncId Callee = NoFunc;
};

/// Why a function must be given a mask that can wait.
struct MaskNeed {
  enum class Why : uint8_t {
    Dereferences, ///< it dereferences the element without a test
    Ignores,      ///< it returns as if nothing had happened
    Ends,         ///< it takes that for the end of what is to be done
    Passes,       ///< it calls such a function
  } Reason = Why::Passes;
  EventIdx Where = 0;     ///< the call that takes the element, or passes the mask on
  FuncId Callee = NoFunc; ///< of that call
  unsigned Param = 0;     ///< Passes: of Callee
  WalkResult::Use Use;    ///< Dereferences
};

/// A call with a mask that cannot wait, of somebody whose caller relies on it.
struct BadMask {
  FuncId Func = NoFunc;
  EventIdx Where = 0;
  FuncId Callee = NoFunc;
  std::optional<MaskNeed> Need;       ///< none: the call takes an element itself, and
  std::optional<WalkResult::Use> Use; ///< this dereferences it
  MaskBits Mask;
};

/// An element that is taken while another of the same pool is held.
struct SecondElement {
  FuncId Func = NoFunc;
  EventIdx First = 0, Second = 0;
  bool SamePool = false; ///< surely; otherwise pools of one class
};

class Reserves {
public:
  explicit Reserves(const Solution &S);
  const Taker *taker(FuncId F) const {
    auto It = Takers.find(F);
    return It == Takers.end() ? nullptr : &It->second;
  }
  const MaskNeed *need(FuncId F, unsigned Param) const {
    auto It = Needs.find({F, Param});
    return It == Needs.end() ? nullptr : &It->second;
  }
  std::vector<BadMask> BadMasks;
  std::vector<SecondElement> Seconds;

private:
  using Site = DirectCalls::Site;
  void addTaker(FuncId F, Taker T);
  void addNeed(FuncId F, unsigned Param, const MaskNeed &N);
  void take(const Site &X, FuncId Callee, const Taker &T);
  void takeGiven(const Site &X, FuncId Callee, unsigned Param, ValueId Result,
                 const PoolName &Pool);
  void need(const Site &X, FuncId Callee, unsigned Param);
  void findSeconds(const Site &X);
  const Event &eventAt(const Site &X) const { return P.function(X.Func).Events[X.Where]; }
  MaskBits maskOf(const Site &X, const Taker &T) const;
  PoolName poolOf(const Site &X, const Taker &T) const;
  bool isPointer(FuncId F) const;

  struct Keeping {
    bool Keeps = false;
    uint32_t StoredIn = 0; ///< bit per parameter: what that points to then leads to the element
  };
  Keeping keeps(FuncId F, unsigned Param, unsigned Depth);
  ValueId object(FuncId F, ValueId V) const;

  const Solution &S;
  const Program &P;
  const DirectCalls Calls;
  PathWalk Walk;
  std::map<FuncId, Taker> Takers;
  std::map<std::pair<FuncId, unsigned>, MaskNeed> Needs;
  std::vector<FuncId> NewTakers;
  std::vector<std::pair<FuncId, unsigned>> NewNeeds;
  std::map<std::pair<FuncId, EventIdx>, FuncId> Taking; ///< calls that wait for an element: whom
  std::map<std::pair<FuncId, unsigned>, Keeping> Kept;
};

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_RESERVES_H
