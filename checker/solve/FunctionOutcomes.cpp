//===- FunctionOutcomes.cpp - Ways of returning ------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FunctionAnalysisImpl.h"

using namespace llvm;

namespace gfpcheck {

SmallVector<ReturnedMember, 1> FunctionAnalyzer::Impl::returnedMembers(const PathState &St) {
  SmallVector<ReturnedMember, 1> Out;
  if (Pool.node(St.Ret).Kind != ValueKind::Load)
    return Out;
  const VId Record = Pool.node(St.Ret).A;
  if (Pool.node(Record).Kind != ValueKind::Local)
    return Out;
  // A pointer to a lock that is held is not null.
  for (auto [Loaded, Value] : St.Phis) {
    const VNode N = Pool.node(Loaded);
    if (N.Kind != ValueKind::Load || Pool.node(N.A).Kind != ValueKind::Field ||
        Pool.node(N.A).A != Record)
      continue;
    if (llvm::any_of(St.Held, [&, V = Value](const HeldContext &H) {
          return H.Lock && lockObject(Pool, P, H.Lock) == V;
        }))
      Out.push_back({Pool.node(N.A).B, Pool.node(N.A).C, true});
  }
  for (const Pred &X : St.Facts) {
    const VNode N = Pool.node(X.V);
    if (N.Kind != ValueKind::Load || X.Mask != ~0ull)
      continue;
    const VNode A = Pool.node(N.A);
    if (A.Kind == ValueKind::Field && A.A == Record)
      if (Truth T = implied(X, {X.V, PredOp::Ne, false, ~0ull, 0}); T != Truth::Unknown)
        Out.push_back({A.B, A.C, T == Truth::True});
  }
  return Out;
}

// Which stores of masks happen on every way through: alone for their address, and
// written to at every exit.
void FunctionAnalyzer::Impl::finishGfpStores() {
  for (auto *Stores : {&R.Effects.GfpResults, &R.Effects.GfpStores})
    for (GfpStore &X : *Stores) {
      const VId Loaded = S.Pool.make(ValueKind::Load, X.Address);
      X.Always =
          !Exits.empty() &&
          llvm::count_if(*Stores, [&](const GfpStore &O) { return O.Address == X.Address; }) == 1 &&
          llvm::all_of(Exits, [&](const PathState &St) {
            return llvm::any_of(St.Written,
                                [&](VId W) { return S.Pool.import(W, Pool) == Loaded; });
          });
    }
}

void FunctionAnalyzer::Impl::finishOutcomes() {
  auto &Outs = R.Effects.Outcomes;
  SmallVector<PathState, 4> Groups;
  SmallVector<uint8_t, 4> Classes;
  const bool ReturnsPointer = StringRef(P.Units[Unit].str(F->ReturnType)).ends_with("*");
  SmallVector<Truth, 4> Errors; // whether an error pointer is returned
  auto IsError = [&](const PathState &St) {
    SmallVector<Pred, 2> Preds;
    const Pred Error = errorPointer(St.Ret);
    Truth T = St.Ret ? simplifyPred(Pool, Error, Preds) : Truth::Unknown;
    if (T == Truth::Unknown)
      T = impliedBy(St.Facts, Error);
    // An error code that was tested as such, ERR_PTR(err); a pointer that was compared
    // with NULL is none.
    if (T == Truth::Unknown &&
        impliedBy(St.Facts, {St.Ret, PredOp::Lt, false, ~0ull, 0}) == Truth::True)
      T = Truth::True;
    if (T == Truth::Unknown &&
        impliedBy(St.Facts, {St.Ret, PredOp::Ne, false, ~0ull, 0}) == Truth::True)
      T = Truth::False;
    return T;
  };
  for (const PathState &St : Exits) {
    uint8_t C = St.Ret ? retClass(Pool, St.Ret, St.Facts) : uint8_t(RC_Any);
    // Errors are kept apart: what begins on success only must be told from them.
    const Truth Error = ReturnsPointer ? IsError(St) : Truth::Unknown;
    size_t I = 0;
    while (I != Groups.size() && !(Errors[I] == Error && Groups[I].sameContexts(St)))
      ++I;
    if (I != Groups.size()) {
      Classes[I] |= C;
      Groups[I].merge(St);
    } else if (Groups.size() < MaxOutcomes) {
      Groups.push_back(St);
      Classes.push_back(C);
      Errors.push_back(Error);
    } else {
      ++S.Caps.Outcomes;
    }
  }
  for (size_t I = 0; I != Groups.size(); ++I) {
    Outcome O;
    O.Ret = Classes[I];
    if (Groups.size() > 1 && Errors[I] != Truth::Unknown)
      O.Result.push_back(Errors[I] == Truth::True ? errorPointer(0) : errorPointer(0).negated());
    if (Groups.size() > 1)
      O.When = exportFacts(Groups[I], {});
    for (const HeldContext &H : Groups[I].Held)
      O.Begun.push_back(H.as(exportObject(H), S.Pool.import(H.Subclass, Pool), H.Where));
    O.Ended = exportHeld(Groups[I].Ended, 0);
    O.Members = returnedMembers(Groups[I]);
    // A contract is the allocator's own: it ends at the first external function.
    bool Helper = P.Entities[P.Functions[Id].Ent].File && !(F->Flags & FF_HeaderInline);
    for (Pred X : Groups[I].Declared)
      if (Helper && (X.V = S.Pool.import(X.V, Pool)))
        O.Declared.push_back(X);
    Outs.push_back(std::move(O));
  }
  // Outcomes that a caller cannot tell apart and that differ in what they begin or end:
  // no caller could use such a function, so it is this analysis that lost a
  // correlation. Such a context does not leave the function.
  for (size_t I = 0; I != Outs.size(); ++I)
    for (size_t J = 0; J != Outs.size(); ++J) {
      if (I == J || !(Outs[I].Ret & Outs[J].Ret))
        continue;
      bool Apart = (!Outs[I].Result.empty() && !Outs[J].Result.empty() &&
                    Outs[I].Result != Outs[J].Result) ||
                   llvm::any_of(Outs[I].When, [&](const Pred &X) {
                     return impliedBy(Outs[J].When, X) == Truth::False;
                   });
      auto Differs = [&](const ReturnedMember &X) {
        return llvm::any_of(Outs[J].Members, [&](const ReturnedMember &Y) {
          return X.Record == Y.Record && X.Field == Y.Field && X.Nonzero != Y.Nonzero;
        });
      };
      if (Apart || llvm::any_of(Outs[I].Members, Differs))
        continue;
      auto Compare = [&](HeldList &Mine, const HeldList &Theirs) {
        for (HeldContext &H : Mine)
          if (findHeld(S.Pool, P, Theirs, H.Context, H.Lock) == Npos)
            H.Sure = false;
      };
      Compare(Outs[I].Begun, Outs[J].Begun);
      Compare(Outs[I].Ended, Outs[J].Ended);
    }
  // An identified lock that is ended stays: the caller knows whether it holds that.
  auto Identified = [&](const HeldContext &H) {
    return (M.Contexts[H.Context].Named || M.Contexts[H.Context].Class != ContextClass::Atomic) &&
           H.Lock;
  };
  for (Outcome &O : Outs)
    for (HeldList *L : {&O.Begun, &O.Ended}) {
      if (L == &O.Ended && llvm::any_of(*L, Identified))
        continue;
      // What may end a holder is taken to: its end is often one of several (submission).
      if (L == &O.Ended && llvm::all_of(*L, [&](const HeldContext &H) {
            return M.Contexts[H.Context].Class == ContextClass::Holder;
          }))
        continue;
      for (const HeldContext &H : *L)
        if (!H.Sure)
          (L == &O.Begun ? R.Lost.Begun : R.Lost.Ended) |= M.Contexts[H.Context].Prevents;
      size_t Before = L->size();
      llvm::erase_if(*L, [](const HeldContext &H) { return !H.Sure; });
      S.Caps.Unbalanced += Before - L->size();
    }
  // What is the same now is one outcome. Errors stay apart from success where anything
  // else differs: a caller that passes on either must be able to tell.
  auto Same = [](const Outcome &A, const Outcome &B) {
    return sameContexts(A.Begun, B.Begun) && sameContexts(A.Ended, B.Ended) &&
           A.Members == B.Members;
  };
  const bool AllSame = llvm::all_of(Outs, [&](const Outcome &O) { return Same(O, Outs.front()); });
  std::vector<Outcome> Merged;
  for (Outcome &O : Outs) {
    auto It = llvm::find_if(
        Merged, [&](const Outcome &M) { return Same(M, O) && (AllSame || M.Result == O.Result); });
    if (It == Merged.end()) {
      Merged.push_back(std::move(O));
      continue;
    }
    It->Ret |= O.Ret;
    if (It->Result != O.Result)
      It->Result.clear();
    llvm::erase_if(It->Members, [&](const auto &X) { return !is_contained(O.Members, X); });
    llvm::erase_if(It->Declared, [&](const Pred &X) { return !is_contained(O.Declared, X); });
    llvm::erase_if(It->When, [&](const Pred &X) { return !is_contained(O.When, X); });
  }
  if (Merged.size() == 1) {
    Merged[0].When.clear();
    Merged[0].Result.clear();
  }
  Outs = std::move(Merged);
}

// The returned expression: one value, or two told apart by a condition.
void FunctionAnalyzer::Impl::finishReturn() {
  if (Exits.empty())
    return;
  SmallVector<VId, 4> Values;
  for (const PathState &St : Exits)
    if (!is_contained(Values, St.Ret))
      Values.push_back(St.Ret);
  if (Values.size() == 1) {
    R.Effects.Ret = S.Pool.import(Values[0], Pool);
    return;
  }
  if (Exits.size() == 2 && Values[0] && Values[1]) {
    for (const Pred &X : Exits[0].Facts) {
      if (impliedBy(Exits[1].Facts, X) != Truth::False || uses(X.V, Exits[0].Written) ||
          uses(X.V, Exits[1].Written) || // true of the memory by now, not at entry
          (X.Op != PredOp::Eq && X.Op != PredOp::Ne))
        continue;
      VId Masked = X.Mask == ~0ull ? X.V : Pool.make(ValueKind::And, X.V, Pool.constant(X.Mask));
      VId Cond =
          Pool.make(X.Op == PredOp::Eq ? ValueKind::Eq : ValueKind::Ne, Masked, Pool.constant(X.C));
      R.Effects.Ret = S.Pool.import(Pool.make(ValueKind::Select, Cond, Values[0], Values[1]), Pool);
      if (R.Effects.Ret)
        return;
    }
  }
  if (Values.size() <= 4 && !is_contained(Values, 0u))
    R.Effects.Ret = S.Pool.import(Pool.phi(Values, 0), Pool);
}

} // namespace gfpcheck
