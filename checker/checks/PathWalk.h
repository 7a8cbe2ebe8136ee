//===- PathWalk.h - Where a function goes once a value is known -------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// "If this call returned NULL, what does its caller do?" A walk along the skeleton of one
// function, from one of its events on, over the edges that what is known does not exclude.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_PATHWALK_H
#define GFPCHECK_CHECKS_PATHWALK_H

#include "gfpcheck/solve/Solver.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace gfpcheck {

/// What is known of a value.
struct Known {
  enum class Is : uint8_t { Any, Constant, Nonzero } What = Is::Any;
  bool Followed = false; ///< it is the value that the walk is about, or an address made of it
  int64_t C = 0;         ///< Constant
  uint64_t Clear = 0;    ///< bits known to be 0

  static Known constant(int64_t C, bool Followed = false) {
    return {Is::Constant, Followed, C, ~uint64_t(C)};
  }
  static Known nonzero(bool Followed = false) { return {Is::Nonzero, Followed, 0, 0}; }
  static Known without(uint64_t Bits) { return {Is::Any, false, 0, Bits}; }
  bool isConstant() const { return What == Is::Constant; }
  auto key() const { return std::tuple(What, Followed, C, Clear); }
  bool operator==(const Known &O) const { return key() == O.key(); }
  bool operator<(const Known &O) const { return key() < O.key(); }
};

/// Values of which something is known, sorted.
using KnownValues = llvm::SmallVector<std::pair<ValueId, Known>, 8>;

/// Where a walk begins, and with what.
struct WalkStart {
  static constexpr EventIdx Entry = ~0u;
  FuncId Func = NoFunc;
  EventIdx After = Entry; ///< behind this event; it is not done again
  KnownValues Given;
  bool Again = false;    ///< paths that come back there go on, as before
  bool ToReturn = false; ///< whether it returns is all that is asked: stops where it does
};

/// Where it led.
struct WalkResult {
  llvm::BitVector Events; ///< that were reached
  struct Use {
    EventIdx Where = 0;     ///< ~0u: a condition
    uint32_t Line = 0;      ///< of that
    FuncId Callee = NoFunc; ///< it happens in there
  };
  std::optional<Use> Dereference; ///< the first one of the followed value
  std::vector<Known> Returns;
  bool Again = false;  ///< some path came back to where the walk began
  bool Capped = false; ///< not all paths were followed
};

class PathWalk {
public:
  explicit PathWalk(const Solution &S) : S(S), P(S.P) {}
  ~PathWalk();

  /// Walks until each path has returned or come back. Stops at the first dereference.
  WalkResult run(const WalkStart &Start);

  /// What a visitor sees of an event.
  class Place {
  public:
    virtual Known eval(ValueId V) const = 0;
    /// Whether \p V is the followed value, or an address made of it.
    virtual bool isFollowed(ValueId V) const = 0;

  protected:
    ~Place() = default;
  };
  /// The same, without looking for dereferences; \p Visit says of each event whether the path
  /// goes on behind it.
  WalkResult visit(const WalkStart &Start, llvm::function_ref<bool(EventIdx, const Place &)> Visit);

  /// Whether an event of \p F can be reached if parameter \p Param has none of the bits \p Clear.
  bool reaches(FuncId F, EventIdx Where, unsigned Param, uint64_t Clear) {
    return reaches(F, Where, {{Param, Known::without(Clear)}});
  }
  /// The same for what is known of several parameters, by number.
  bool reaches(FuncId F, EventIdx Where, llvm::ArrayRef<std::pair<unsigned, Known>> Params);

  /// The value that is parameter \p I of \p F; 0: it is not used.
  static ValueId parameter(const Function &F, unsigned I);

private:
  class Frame;
  using Visitor = llvm::function_ref<bool(EventIdx, const Place &)>;
  WalkResult walk(const WalkStart &Start, bool Dereferences, const Visitor *Visit, unsigned Depth);

  const Solution &S;
  const Program &P;
  unsigned Steps = 0, Evaluations = 0;
};

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_PATHWALK_H
