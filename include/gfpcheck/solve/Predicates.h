//===- Predicates.h - Conditions on values ---------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Guards are conjunctions of predicates "(value & mask) op constant". They come
// from branch conditions and are compared, substituted and contradicted when
// effects are composed.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_PREDICATES_H
#define GFPCHECK_SOLVE_PREDICATES_H

#include "gfpcheck/solve/Values.h"
#include "llvm/ADT/SmallVector.h"

namespace gfpcheck {

enum class Truth : uint8_t { False, True, Unknown };

enum class PredOp : uint8_t { Eq, Ne, Lt, Le, Gt, Ge };
PredOp negate(PredOp Op);

/// (V & Mask) Op C. Mask other than all ones only with Eq and Ne.
struct Pred {
  VId V = 0;
  PredOp Op = PredOp::Eq;
  bool Unsigned = false; ///< of an ordering
  uint64_t Mask = ~0ull;
  int64_t C = 0;

  bool operator==(const Pred &O) const {
    return V == O.V && Op == O.Op && Unsigned == O.Unsigned && Mask == O.Mask && C == O.C;
  }
  bool operator<(const Pred &O) const {
    return std::tie(V, Op, Mask, C, Unsigned) < std::tie(O.V, O.Op, O.Mask, O.C, O.Unsigned);
  }
  Pred negated() const {
    Pred P = *this;
    P.Op = negate(Op);
    return P;
  }
};

/// A conjunction, sorted, without duplicates. Empty is "always".
using Guard = llvm::SmallVector<Pred, 2>;

/// Whether values of kind \p K are addresses that are never null: of objects, and of
/// members and elements (a null pointer's member would be a bug of its own).
bool isAddress(ValueKind K);

/// Truth of \p P where V is a constant.
bool evalConst(const Pred &P, int64_t Value);

/// Reduces "V is nonzero" (\p Sense) or "V is zero" to predicates on simpler values,
/// appended to \p Out as a conjunction. False: it cannot be; True: it always holds.
/// Unknown: it is the conjunction (which may have lost a part that is not a
/// conjunction of predicates, and is then weaker).
Truth conditionToPreds(ValuePool &Pool, VId V, bool Sense, llvm::SmallVectorImpl<Pred> &Out);

/// The same for an arbitrary predicate.
Truth simplifyPred(ValuePool &Pool, const Pred &P, llvm::SmallVectorImpl<Pred> &Out);

/// Whether \p Fact implies or contradicts \p P (same value only).
Truth implied(const Pred &Fact, const Pred &P);

/// The same for a conjunction of facts.
Truth impliedBy(llvm::ArrayRef<Pred> Facts, const Pred &P);

/// Adds \p P to \p Facts keeping it sorted; drops facts that P makes redundant.
void addFact(llvm::SmallVectorImpl<Pred> &Facts, const Pred &P);

/// Keeps the predicates that are in both.
void intersectFacts(llvm::SmallVectorImpl<Pred> &Facts, llvm::ArrayRef<Pred> Other);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_PREDICATES_H
