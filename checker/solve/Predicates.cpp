//===- Predicates.cpp - Conditions on values -------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/solve/Predicates.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

PredOp negate(PredOp Op) {
  switch (Op) {
  case PredOp::Eq:
    return PredOp::Ne;
  case PredOp::Ne:
    return PredOp::Eq;
  case PredOp::Lt:
    return PredOp::Ge;
  case PredOp::Le:
    return PredOp::Gt;
  case PredOp::Gt:
    return PredOp::Le;
  case PredOp::Ge:
    return PredOp::Lt;
  }
  return Op;
}

static PredOp mirror(PredOp Op) {
  switch (Op) {
  case PredOp::Lt:
    return PredOp::Gt;
  case PredOp::Le:
    return PredOp::Ge;
  case PredOp::Gt:
    return PredOp::Lt;
  case PredOp::Ge:
    return PredOp::Le;
  default:
    return Op;
  }
}

bool evalConst(const Pred &P, int64_t Value) {
  uint64_t U = uint64_t(Value) & P.Mask;
  int64_t S = int64_t(U);
  uint64_t UC = P.C;
  switch (P.Op) {
  case PredOp::Eq:
    return S == P.C;
  case PredOp::Ne:
    return S != P.C;
  case PredOp::Lt:
    return P.Unsigned ? U < UC : S < P.C;
  case PredOp::Le:
    return P.Unsigned ? U <= UC : S <= P.C;
  case PredOp::Gt:
    return P.Unsigned ? U > UC : S > P.C;
  case PredOp::Ge:
    return P.Unsigned ? U >= UC : S >= P.C;
  }
  return false;
}

static std::optional<PredOp> comparison(ValueKind K) {
  switch (K) {
  case ValueKind::Eq:
    return PredOp::Eq;
  case ValueKind::Ne:
    return PredOp::Ne;
  case ValueKind::Lt:
    return PredOp::Lt;
  case ValueKind::Le:
    return PredOp::Le;
  case ValueKind::Gt:
    return PredOp::Gt;
  case ValueKind::Ge:
    return PredOp::Ge;
  default:
    return std::nullopt;
  }
}

Truth conditionToPreds(ValuePool &Pool, VId V, bool Sense, SmallVectorImpl<Pred> &Out) {
  const VNode N = Pool.node(V);
  switch (N.Kind) {
  case ValueKind::Const:
    return (N.Imm != 0) == Sense ? Truth::True : Truth::False;
  case ValueKind::LNot:
    return conditionToPreds(Pool, N.A, !Sense, Out);
  case ValueKind::LAnd:
  case ValueKind::LOr: {
    bool Conjunction = (N.Kind == ValueKind::LAnd) == Sense;
    SmallVector<Pred, 4> A, B;
    Truth TA = conditionToPreds(Pool, N.A, Sense, A), TB = conditionToPreds(Pool, N.B, Sense, B);
    if (Conjunction) {
      if (TA == Truth::False || TB == Truth::False)
        return Truth::False;
      if (TA == Truth::True && TB == Truth::True)
        return Truth::True;
      Out.append(A.begin(), A.end());
      Out.append(B.begin(), B.end());
      // Also as a whole, so that it meets its own negation, which is no conjunction.
      if (TA == Truth::Unknown && TB == Truth::Unknown)
        Out.push_back({V, Sense ? PredOp::Ne : PredOp::Eq, false, ~0ull, 0});
      return Truth::Unknown;
    }
    // A disjunction: decided only when one side is.
    if (TA == Truth::True || TB == Truth::True)
      return Truth::True;
    if (TA == Truth::False && TB == Truth::False)
      return Truth::False;
    if (TA == Truth::False)
      Out.append(B.begin(), B.end());
    else if (TB == Truth::False)
      Out.append(A.begin(), A.end());
    else
      Out.push_back({V, Sense ? PredOp::Ne : PredOp::Eq, false, ~0ull, 0});
    return Truth::Unknown;
  }
  default:
    break;
  }
  if (auto Op = comparison(N.Kind)) {
    VId X = N.A, Y = N.B;
    PredOp O = *Op;
    if (Pool.node(X).Kind == ValueKind::Const) {
      std::swap(X, Y);
      O = mirror(O);
    }
    if (Pool.node(Y).Kind == ValueKind::Const) {
      Pred P{X, O, N.Imm == 1, ~0ull, Pool.node(Y).Imm};
      return simplifyPred(Pool, Sense ? P : P.negated(), Out);
    }
  }
  return simplifyPred(Pool, {V, Sense ? PredOp::Ne : PredOp::Eq, false, ~0ull, 0}, Out);
}

bool isAddress(ValueKind K) {
  switch (K) {
  case ValueKind::Global:
  case ValueKind::Func:
  case ValueKind::Local:
  case ValueKind::String:
  case ValueKind::Field:
  case ValueKind::Index:
  case ValueKind::Container:
    return true;
  default:
    return false;
  }
}

static bool isBoolean(ValueKind K) {
  return K == ValueKind::LNot || K == ValueKind::LAnd || K == ValueKind::LOr || comparison(K);
}

// V & Mask, with the mask pushed into choices, so that choices which differ only in
// other bits disappear: (c ? gfp | X : gfp) & Y is gfp & Y. Gives V itself where that
// does not help.
static VId maskChoices(ValuePool &Pool, VId V, uint64_t Mask, unsigned Depth = 0) {
  const VNode N = Pool.node(V);
  auto Masked = [&] { return Pool.make(ValueKind::And, V, Pool.constant(Mask)); };
  if (Depth > 8)
    return Masked();
  if (N.Kind == ValueKind::Select) {
    VId B = maskChoices(Pool, N.B, Mask, Depth + 1), C = maskChoices(Pool, N.C, Mask, Depth + 1);
    return B == C ? B : Pool.make(ValueKind::Select, N.A, B, C);
  }
  if (N.Kind == ValueKind::Phi) {
    VId One = 0;
    for (VId O : SmallVector<VId, 8>(Pool.operands(V))) {
      VId M = O == V ? 0 : maskChoices(Pool, O, Mask, Depth + 1);
      if (!M || (One && M != One))
        return Masked();
      One = M;
    }
    return One;
  }
  if ((N.Kind == ValueKind::And || N.Kind == ValueKind::Or) &&
      Pool.node(N.B).Kind == ValueKind::Const) {
    uint64_t Bits = uint64_t(Pool.node(N.B).Imm);
    if (N.Kind == ValueKind::And)
      return maskChoices(Pool, N.A, Mask & Bits, Depth + 1);
    VId Rest = maskChoices(Pool, N.A, Mask & ~Bits, Depth + 1);
    return Mask & Bits ? Pool.make(ValueKind::Or, Rest, Pool.constant(Mask & Bits)) : Rest;
  }
  return Masked();
}

Truth simplifyPred(ValuePool &Pool, const Pred &In, SmallVectorImpl<Pred> &Out) {
  Pred P = In;
  for (;;) {
    const VNode N = Pool.node(P.V);
    bool Equality = P.Op == PredOp::Eq || P.Op == PredOp::Ne;
    if (N.Kind == ValueKind::Unknown)
      return Truth::Unknown; // nothing is known, nothing to remember
    if (N.Kind == ValueKind::Const)
      return evalConst(P, N.Imm) ? Truth::True : Truth::False;
    if (isAddress(N.Kind) && Equality && P.C == 0 && P.Mask == ~0ull)
      return P.Op == PredOp::Ne ? Truth::True : Truth::False;
    if (Equality && N.Kind == ValueKind::And && Pool.node(N.B).Kind == ValueKind::Const) {
      P.Mask &= uint64_t(Pool.node(N.B).Imm);
      P.V = N.A;
      if (P.Mask == 0 || (uint64_t(P.C) & ~P.Mask))
        return evalConst(P, 0) ? Truth::True : Truth::False;
      continue;
    }
    if (Equality && N.Kind == ValueKind::Or && Pool.node(N.B).Kind == ValueKind::Const) {
      uint64_t Ones = uint64_t(Pool.node(N.B).Imm) & P.Mask;
      if (Ones & ~uint64_t(P.C)) // a one where C wants a zero: never equal
        return P.Op == PredOp::Ne ? Truth::True : Truth::False;
      P.V = N.A;
      P.Mask &= ~Ones;
      P.C &= ~int64_t(Ones);
      if (P.Mask == 0)
        return evalConst(P, 0) ? Truth::True : Truth::False;
      continue;
    }
    // Comparisons and negations are 0 or 1.
    if (isBoolean(N.Kind) && Equality && (P.Mask & 1)) {
      if (P.C != 0 && P.C != 1)
        return P.Op == PredOp::Ne ? Truth::True : Truth::False;
      bool Sense = (P.C == 1) == (P.Op == PredOp::Eq);
      bool Residual = N.Kind == ValueKind::LAnd || N.Kind == ValueKind::LOr;
      bool Constant = Pool.node(N.A).Kind == ValueKind::Const ||
                      (N.Kind != ValueKind::LNot && Pool.node(N.B).Kind == ValueKind::Const);
      if (Residual || N.Kind == ValueKind::LNot || Constant)
        return conditionToPreds(Pool, P.V, Sense, Out);
      P = {P.V, Sense ? PredOp::Ne : PredOp::Eq, false, ~0ull, 0};
      Out.push_back(P);
      return Truth::Unknown;
    }
    if (Equality && P.Mask != ~0ull && (N.Kind == ValueKind::Select || N.Kind == ValueKind::Phi)) {
      VId Simple = maskChoices(Pool, P.V, P.Mask);
      if (Pool.node(Simple).Kind != ValueKind::Select && Pool.node(Simple).Kind != ValueKind::Phi &&
          !(Pool.node(Simple).Kind == ValueKind::And && Pool.node(Simple).A == P.V)) {
        P.V = Simple;
        continue;
      }
    }
    if (N.Kind == ValueKind::Select) {
      SmallVector<Pred, 2> A, B;
      Pred PA = P, PB = P;
      PA.V = N.B;
      PB.V = N.C;
      Truth TA = simplifyPred(Pool, PA, A), TB = simplifyPred(Pool, PB, B);
      if (TA == TB && TA != Truth::Unknown)
        return TA;
      if (TA == Truth::True && TB == Truth::False)
        return conditionToPreds(Pool, N.A, true, Out);
      if (TA == Truth::False && TB == Truth::True)
        return conditionToPreds(Pool, N.A, false, Out);
      // Also as a whole, as above.
      if (TA == Truth::False) { // then the condition is false and B's part holds
        Out.push_back(P);
        Out.append(B.begin(), B.end());
        return conditionToPreds(Pool, N.A, false, Out) == Truth::False ? Truth::False
                                                                       : Truth::Unknown;
      }
      if (TB == Truth::False) {
        Out.push_back(P);
        Out.append(A.begin(), A.end());
        return conditionToPreds(Pool, N.A, true, Out) == Truth::False ? Truth::False
                                                                      : Truth::Unknown;
      }
    }
    if (N.Kind == ValueKind::Phi) {
      bool AllTrue = true, AllFalse = true;
      for (VId O : SmallVector<VId, 8>(Pool.operands(P.V))) {
        SmallVector<Pred, 2> Ignore;
        Pred PO = P;
        PO.V = O;
        Truth T = O == P.V ? Truth::Unknown : simplifyPred(Pool, PO, Ignore);
        AllTrue &= T == Truth::True;
        AllFalse &= T == Truth::False;
      }
      if (AllTrue || AllFalse)
        return AllTrue ? Truth::True : Truth::False;
    }
    Out.push_back(P);
    return Truth::Unknown;
  }
}

namespace {
// The values a predicate without mask allows, as a closed interval (and, for Ne,
// the hole). Signed view.
struct Interval {
  int64_t Lo = INT64_MIN, Hi = INT64_MAX;
};
std::optional<Interval> interval(const Pred &P) {
  if (P.Mask != ~0ull || P.Unsigned)
    return std::nullopt;
  switch (P.Op) {
  case PredOp::Eq:
    return Interval{P.C, P.C};
  case PredOp::Lt:
    return P.C == INT64_MIN ? std::nullopt : std::optional(Interval{INT64_MIN, P.C - 1});
  case PredOp::Le:
    return Interval{INT64_MIN, P.C};
  case PredOp::Gt:
    return P.C == INT64_MAX ? std::nullopt : std::optional(Interval{P.C + 1, INT64_MAX});
  case PredOp::Ge:
    return Interval{P.C, INT64_MAX};
  default:
    return std::nullopt;
  }
}
} // namespace

Truth implied(const Pred &F, const Pred &P) {
  if (F.V != P.V)
    return Truth::Unknown;
  if (F.Op == PredOp::Eq && F.Mask == ~0ull)
    return evalConst(P, F.C) ? Truth::True : Truth::False;
  if (F.Mask == P.Mask && F.C == P.C && F.Unsigned == P.Unsigned) {
    if (F.Op == P.Op)
      return Truth::True;
    if (F.Op == negate(P.Op))
      return Truth::False;
  }
  if (F.Op == PredOp::Eq && (P.Op == PredOp::Eq || P.Op == PredOp::Ne)) {
    // The bits in F.Mask are known.
    if ((P.Mask & ~F.Mask) == 0)
      return evalConst(P, F.C) ? Truth::True : Truth::False;
    if ((uint64_t(F.C) & P.Mask & F.Mask) != (uint64_t(P.C) & F.Mask & P.Mask))
      return P.Op == PredOp::Ne ? Truth::True : Truth::False;
    return Truth::Unknown;
  }
  // Some bit of F.Mask is set: then some bit of a larger mask is.
  if (F.Op == PredOp::Ne && F.C == 0 && P.C == 0 && (F.Mask & ~P.Mask) == 0) {
    if (P.Op == PredOp::Ne)
      return Truth::True;
    if (P.Op == PredOp::Eq)
      return Truth::False;
  }
  if (P.Op == PredOp::Ne && F.Mask == ~0ull && P.Mask == ~0ull && !F.Unsigned) {
    if (auto I = interval(F); I && (P.C < I->Lo || P.C > I->Hi))
      return Truth::True;
  }
  auto FI = interval(F), PI = interval(P);
  if (FI && PI) {
    if (FI->Lo >= PI->Lo && FI->Hi <= PI->Hi)
      return Truth::True;
    if (FI->Hi < PI->Lo || FI->Lo > PI->Hi)
      return Truth::False;
  }
  return Truth::Unknown;
}

Truth impliedBy(ArrayRef<Pred> Facts, const Pred &P) {
  for (const Pred &F : Facts)
    if (F.V == P.V)
      if (Truth T = implied(F, P); T != Truth::Unknown)
        return T;
  return Truth::Unknown;
}

void addFact(SmallVectorImpl<Pred> &Facts, const Pred &P) {
  llvm::erase_if(Facts, [&](const Pred &F) { return F.V == P.V && implied(P, F) == Truth::True; });
  Facts.insert(llvm::lower_bound(Facts, P), P);
}

void intersectFacts(SmallVectorImpl<Pred> &Facts, ArrayRef<Pred> Other) {
  SmallVector<Pred, 8> Kept;
  // A weaker fact that the other side implies survives.
  for (const Pred &F : Facts)
    if (impliedBy(Other, F) == Truth::True)
      Kept.push_back(F);
  for (const Pred &F : Other)
    if (!is_contained(Kept, F) && impliedBy(Facts, F) == Truth::True)
      Kept.push_back(F);
  llvm::sort(Kept);
  Facts.assign(Kept.begin(), Kept.end());
}

} // namespace gfpcheck
