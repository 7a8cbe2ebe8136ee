//===- StateFlow.cpp - Edges and joins ---------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FunctionAnalysisImpl.h"

using namespace llvm;

namespace gfpcheck {

// Before two states merge: a phi that has different values in them may still be zero
// in both or nonzero in both ("locked" flags and pointers that say what is held).
void FunctionAnalyzer::Impl::shareNonzero(PathState &A, PathState &B) {
  auto Share = [&](VId Phi) {
    if (A.phi(Phi) == B.phi(Phi))
      return;
    uint8_t CA = retClass(Pool, A.phi(Phi), A.Facts), CB = retClass(Pool, B.phi(Phi), B.Facts);
    bool Nonzero = !((CA | CB) & RC_Zero), Zero = (CA | CB) == RC_Zero;
    if (!Nonzero && !Zero)
      return;
    Pred X{Phi, Nonzero ? PredOp::Ne : PredOp::Eq, false, ~0ull, 0};
    for (PathState *St : {&A, &B})
      if (impliedBy(St->Facts, X) == Truth::Unknown)
        addFact(St->Facts, X);
  };
  for (auto [Phi, Value] : SmallVector<std::pair<VId, VId>, 4>(A.Phis))
    Share(Phi);
  for (auto [Phi, Value] : SmallVector<std::pair<VId, VId>, 4>(B.Phis))
    Share(Phi);
}

void FunctionAnalyzer::Impl::push(uint32_t Block, PathState &&St) {
  auto &States = AtBlock[Block];
  for (size_t I = 0; I != States.size(); ++I) {
    if (!States[I].sameContexts(St))
      continue;
    shareNonzero(States[I], St);
    if (States[I].merge(St) && !Dirty[Block].test(I)) {
      Dirty[Block].set(I);
      Work.push(Block);
    }
    return;
  }
  if (States.size() >= MaxStates) {
    Capped = true;
    return;
  }
  States.push_back(std::move(St));
  Dirty[Block].resize(States.size());
  Dirty[Block].set(States.size() - 1);
  Work.push(Block);
}

// Adds Preds to what holds in St. False: contradiction; Stale tells whether only
// with a fact that may be out of date.
bool FunctionAnalyzer::Impl::assume(PathState &St, ArrayRef<Pred> Preds, bool &IsStale) {
  for (const Pred &X : Preds) {
    Truth T = contextTruth(X, St.Held);
    if (T == Truth::Unknown)
      T = impliedBy(St.Facts, X);
    if (T == Truth::False) {
      IsStale = Pool.node(X.V).Flags & (VF_Memory | VF_Opaque);
      if (IsStale)
        llvm::erase_if(St.Facts, [&](const Pred &Old) { return Old.V == X.V; });
      return false;
    }
    if (T == Truth::Unknown && St.Facts.size() < MaxFacts)
      addFact(St.Facts, X);
  }
  return true;
}

// Whether the condition \p V holds, as far as facts tell; also of disjunctions, which are
// not facts themselves.
Truth FunctionAnalyzer::Impl::truthOf(VId V, const PathState &St, unsigned Depth) {
  const VNode N = Pool.node(V);
  if (Depth > 4)
    return Truth::Unknown;
  if (N.Kind == ValueKind::LNot) {
    Truth T = truthOf(N.A, St, Depth + 1);
    return T == Truth::Unknown ? T : T == Truth::True ? Truth::False : Truth::True;
  }
  if (N.Kind == ValueKind::LOr || N.Kind == ValueKind::LAnd) {
    const Truth Decides = N.Kind == ValueKind::LOr ? Truth::True : Truth::False;
    Truth A = truthOf(N.A, St, Depth + 1), B = truthOf(N.B, St, Depth + 1);
    if (A == Decides || B == Decides)
      return Decides;
    return A == Truth::Unknown || B == Truth::Unknown ? Truth::Unknown : A;
  }
  SmallVector<Pred, 2> Preds;
  Truth T = conditionToPreds(Pool, V, true, Preds);
  if (T != Truth::Unknown || Preds.empty())
    return T;
  T = Truth::True;
  for (const Pred &X : Preds) {
    Truth One = impliedBy(St.Facts, X);
    if (One == Truth::False)
      return One;
    if (One == Truth::Unknown)
      T = One;
  }
  return T;
}

// A choice that facts decide.
VId FunctionAnalyzer::Impl::choose(VId V, const PathState &St) {
  for (unsigned Depth = 0; Depth != 4 && Pool.node(V).Kind == ValueKind::Select; ++Depth) {
    const VNode N = Pool.node(V);
    Truth T = truthOf(N.A, St);
    if (T == Truth::Unknown)
      break;
    V = T == Truth::True ? N.B : N.C;
  }
  return V;
}

void FunctionAnalyzer::Impl::doMoves(const Edge &E, PathState &St) {
  if (!E.MoveCount)
    return;
  SmallVector<std::pair<VId, VId>, 4> New;
  SmallVector<VId, 4> Nonzero;
  for (uint32_t I = 0; I != E.MoveCount; ++I) {
    const Move &Mv = F->Moves[E.MoveBegin + I];
    New.push_back({val(Mv.Phi), Mv.From ? resolve(val(Mv.From), St) : 0});
    if (New.back().second && !(retClass(Pool, New.back().second, St.Facts) & RC_Zero))
      Nonzero.push_back(New.back().first);
  }
  for (auto [Phi, From] : New) {
    llvm::erase_if(St.Phis, [&](const auto &X) {
      return X.first == Phi || ((Pool.node(X.second).Flags & VF_Phi) && mentions(X.second, Phi));
    });
    llvm::erase_if(St.Facts, [&](const Pred &X) {
      return (Pool.node(X.V).Flags & VF_Phi) && mentions(X.V, Phi);
    });
  }
  for (auto [Phi, From] : New)
    if (From && From != Phi && St.Phis.size() < MaxPhis && !mentions(From, Phi))
      St.Phis.push_back({Phi, From});
  llvm::sort(St.Phis);
  // What is known of the old value as a whole holds for the phi, also where the value
  // itself is forgotten (p++ in a loop).
  for (VId Phi : Nonzero)
    if (St.Facts.size() < MaxFacts)
      addFact(St.Facts, {Phi, PredOp::Ne, false, ~0ull, 0});
}

void FunctionAnalyzer::Impl::takeEdge(uint32_t From, const Edge &E, const PathState &In) {
  PathState St = In;
  const Block &B = F->Blocks[From];
  bool IsStale = false, Feasible = true;
  if (E.Guard != GuardKind::Always && B.Cond) {
    VId Cond = resolve(val(B.Cond), St);
    SmallVector<Pred, 4> Preds;
    Truth T = Truth::Unknown;
    auto Test = [&](PredOp Op, int64_t C) {
      if (T != Truth::False)
        if (simplifyPred(Pool, {Cond, Op, false, ~0ull, C}, Preds) == Truth::False)
          T = Truth::False;
    };
    switch (E.Guard) {
    case GuardKind::True:
    case GuardKind::False:
      T = conditionToPreds(Pool, Cond, E.Guard == GuardKind::True, Preds);
      break;
    case GuardKind::Case:
      if (E.Lo == E.Hi) {
        Test(PredOp::Eq, E.Lo);
      } else {
        Test(PredOp::Ge, E.Lo);
        Test(PredOp::Le, E.Hi);
      }
      break;
    case GuardKind::Default:
      for (uint32_t I = 0; I != std::min<uint32_t>(B.EdgeCount, 8); ++I) {
        const Edge &O = F->Edges[B.EdgeBegin + I];
        if (O.Guard == GuardKind::Case && O.Lo == O.Hi)
          Test(PredOp::Ne, O.Lo);
      }
      break;
    case GuardKind::Always:
      break;
    }
    if (T == Truth::False)
      return;
    Feasible = assume(St, Preds, IsStale);
    if (Feasible && (E.Guard == GuardKind::True || E.Guard == GuardKind::False) &&
        truthOf(Cond, In) == (E.Guard == GuardKind::True ? Truth::False : Truth::True)) {
      Feasible = false;
      IsStale = true;
    }
    if (!Feasible && !IsStale)
      return;
    // Handed nothing: not in the context.
    llvm::erase_if(St.Held, [&](const HeldContext &H) {
      return H.Where == AtEntry &&
             impliedBy(St.Facts, {H.Lock, PredOp::Eq, false, ~0ull, 0}) == Truth::True;
    });
  }
  doMoves(E, St);
  // A loop that tests memory waits for it to change: the next round may find it so.
  // (Results of calls are forgotten where the call is made again, phis where they are
  // assigned.)
  if (E.BackEdge) {
    // The lock of an earlier round's object, held into the next: whether the object is
    // such that the next round sleeps is not known here.
    for (HeldContext &H : St.Held) {
      if (H.Where == AtEntry)
        continue;
      const Event &Begin = F->Events[H.Where];
      bool Inside =
          H.Where >= F->Blocks[E.Target].EventBegin && H.Where < B.EventBegin + B.EventCount;
      for (uint32_t I = 0; Inside && Begin.Kind == EventKind::Call && I != Begin.ArgCount; ++I)
        if (Pool.node(val(F->Operands[Begin.ArgBegin + I])).Flags & VF_Phi)
          H.Sure = false;
    }
    SmallVector<VId, 2> Tested;
    for (uint32_t Control : {From, E.Target})
      if (F->Blocks[Control].Cond)
        Tested.push_back(val(F->Blocks[Control].Cond));
    llvm::erase_if(St.Facts, [&](const Pred &X) {
      const VNode &N = Pool.node(X.V);
      if (!(N.Flags & VF_Memory) || (N.Kind == ValueKind::Phi && N.C))
        return false;
      return llvm::any_of(Tested, [&](VId T) { return uses(T, X.V); });
    });
  }
  if (Feasible)
    push(E.Target, std::move(St));
  else if (Stale.size() < 64)
    Stale.push_back({E.Target, std::move(St)});
}

void FunctionAnalyzer::Impl::runBlock(uint32_t Block, PathState In) {
  const gfpcheck::Block &B = F->Blocks[Block];
  StateList States;
  States.push_back(std::move(In));
  if (auto It = AnnotationJoins.find(Block); It != AnnotationJoins.end())
    for (auto [Cond, Sense] : It->second)
      conditionToPreds(Pool, resolve(val(Cond), States[0]), Sense, States[0].DeclaredHere);
  for (uint32_t I = 0; I != B.EventCount && !States.empty(); ++I)
    doEvent(B.EventBegin + I, States);
  for (const PathState &St : States)
    for (uint32_t I = 0; I != B.EdgeCount; ++I) {
      const Edge &E = F->Edges[B.EdgeBegin + I];
      if (!Collecting || !LoopHead[E.Target])
        takeEdge(Block, E, St);
    }
}

} // namespace gfpcheck
