//===- Fixpoint.cpp - Effects of every function ----------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions are analysed callees first, in the order of the strongly connected
// components of the call graph (direct calls, and indirect ones through members
// with few targets). When a function's effects change, its callers and the users
// of the members it is stored in are analysed again: those that come later in the
// order in the same round, the others in the next one, so that a round carries a change
// as far up as it goes. Each function is analysed a bounded number of times.
//
//===----------------------------------------------------------------------===//

#include "Engine.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

constexpr unsigned MaxInterfaceAtoms = 6; // representatives of a member, by kind

bool sameHeld(ArrayRef<HeldContext> A, ArrayRef<HeldContext> B) {
  return A.size() == B.size() &&
         std::equal(A.begin(), A.end(), B.begin(), [](const HeldContext &X, const HeldContext &Y) {
           return X.same(Y) && X.Sure == Y.Sure && X.Subclass == Y.Subclass;
         });
}
bool sameAtom(const Atom &A, const Atom &B) {
  return A.Kind == B.Kind && A.When == B.When && sameHeld(A.Ended, B.Ended) &&
         sameHeld(A.Inside, B.Inside) && A.NoLockdep == B.NoLockdep;
}

bool sameOutcomes(ArrayRef<Outcome> A, ArrayRef<Outcome> B) {
  return A.size() == B.size() &&
         std::equal(A.begin(), A.end(), B.begin(), [](const Outcome &X, const Outcome &Y) {
           return X.Ret == Y.Ret && X.Result == Y.Result && X.When == Y.When &&
                  sameHeld(X.Begun, Y.Begun) && sameHeld(X.Ended, Y.Ended) &&
                  X.Declared == Y.Declared && X.Members == Y.Members;
         });
}

const InterfaceAtoms &Interfaces::get(ArrayRef<FuncId> Targets, uint64_t Key) {
  auto [It, New] = Known.try_emplace(Key);
  InterfaceAtoms &I = It->second;
  if (!New)
    return I;
  I.Targets = Targets.size();
  unsigned Kept[AtomKinds] = {};
  for (FuncId T : Targets) {
    Of[T].push_back(Key);
    const auto &Atoms = S.Effects[T].Atoms;
    for (unsigned K = 0; K != AtomKinds; ++K)
      I.Having[K] += llvm::any_of(Atoms, [&](const Atom &A) {
        return !A.Gone && A.Inside.empty() && unsigned(A.Kind) == K;
      });
    for (uint32_t K = 0; K != Atoms.size(); ++K) {
      auto Same = [&](const std::pair<FuncId, uint32_t> &Old) {
        const Atom &B = S.Effects[Old.first].Atoms[Old.second];
        return sameAtom(Atoms[K], B) && B.How <= Atoms[K].How;
      };
      // Defects pending on a parameter stay with their own function.
      unsigned &Count = Kept[unsigned(Atoms[K].Kind)];
      if (!Atoms[K].Gone && Atoms[K].Inside.empty() && Count < MaxInterfaceAtoms &&
          llvm::none_of(I.Atoms, Same)) {
        I.Atoms.push_back({T, K});
        ++Count;
      }
    }
  }
  return I;
}

void Interfaces::drop(FuncId Target) {
  auto It = Of.find(Target);
  if (It == Of.end())
    return;
  for (uint64_t Key : It->second)
    Known.erase(Key);
  It->second.clear();
}

void Engine::findFixpoint() {
  const size_t N = S.P.Functions.size();
  S.Effects.resize(N);
  Found.resize(N);
  Evaluations.assign(N, 0);
  Queued.resize(N, true);
  std::vector<uint32_t> All(N);
  for (uint32_t I = 0; I != N; ++I)
    All[I] = I;
  Work = decltype(Work)(std::greater<>(), std::move(All));
  while (!Work.empty()) {
    while (!Work.empty()) {
      Now = Work.top();
      Work.pop();
      FuncId F = Graph.Order[Now];
      Queued.reset(F);
      evaluate(F);
    }
    std::swap(Work, NextRound);
  }
}

void Engine::enqueue(FuncId F) {
  if (Queued.test(F))
    return;
  if (Evaluations[F] >= MaxEvaluations) {
    ++S.Caps.Rounds;
    return;
  }
  Queued.set(F);
  (Graph.Position[F] > Now ? Work : NextRound).push(Graph.Position[F]);
}

void Engine::evaluate(FuncId F) {
  ++Evaluations[F];
  ++S.Caps.Evaluations;
  FunctionResult R = Analyzer.analyze(F);
  Found.Defects[F] = std::move(R.Defects);
  Found.Scoped[F] = std::move(R.ScopedCalls);
  Found.Locked[F] = std::move(R.Locked);
  Found.LockedCalls[F] = std::move(R.LockedCalls);
  Found.GfpStores[F] = std::move(R.GfpStores);
  Found.CallVariants[F] = std::move(R.CallVariants);
  Found.Lost[F] = R.Lost;
  for (auto [Callee, Atom] : R.Decided)
    markDecided(Callee, Atom);
  if (!update(F, std::move(R.Effects)))
    return;
  Current.drop(F);
  Graph.forEachUser(F, [&](FuncId U) { enqueue(U); });
}

void Engine::markDecided(FuncId F, uint32_t Index) {
  while (F != NoFunc) {
    Atom &A = S.Effects[F].Atoms[Index];
    if (A.Inside.empty() || A.Decided)
      return;
    A.Decided = true;
    NewlyDecided.push_back({F, Index});
    if (A.Target != NoFunc)
      return;
    F = A.Callee;
    Index = A.CalleeAtom;
  }
}

// Replaces F's effects by New; true if a caller could tell. Atoms keep their index,
// as callers' chains refer to them, and their first witness unless a new one is
// shorter (so chains always lead to shallower atoms and end).
bool Engine::update(FuncId F, FunctionEffects &&New) {
  FunctionEffects &Old = S.Effects[F];
  bool Changed = !Old.Analyzed || Old.Ret != New.Ret || !sameOutcomes(Old.Outcomes, New.Outcomes);
  for (Atom &A : New.Atoms) {
    Atom *Best = nullptr;
    for (Atom &B : Old.Atoms)
      if (sameAtom(A, B) && (!Best || worthOf(B) < worthOf(*Best)))
        Best = &B;
    const bool Better = !Best || worthOf(A) < worthOf(*Best);
    if (Best && A.Depth <= Best->Depth) {
      if (Better || (worthOf(A) == worthOf(*Best) && A.Depth < Best->Depth)) {
        A.Decided |= Best->Decided;
        *Best = std::move(A);
        Changed |= Better;
      }
    } else if (Better && llvm::count_if(Old.Atoms, [&](const Atom &B) {
                           return A.Kind == B.Kind;
                         }) < MaxKeptAtoms) {
      Old.Atoms.push_back(std::move(A)); // deeper: beside the old one
      Changed = true;
    }
  }
  for (ParamCall &C : New.ParamCalls) {
    auto Same = [&](const ParamCall &B) {
      return C.Fn == B.Fn && C.Where == B.Where && C.Callee == B.Callee &&
             C.CalleeCall == B.CalleeCall && C.When == B.When && sameHeld(C.Inside, B.Inside);
    };
    if (llvm::none_of(Old.ParamCalls, Same) && Old.ParamCalls.size() < MaxParamCalls) {
      Old.ParamCalls.push_back(std::move(C));
      Changed = true;
    }
  }
  Changed |= Old.GfpStores != New.GfpStores || Old.GfpResults != New.GfpResults;
  Old.GfpResults = std::move(New.GfpResults);
  Old.GfpStores = std::move(New.GfpStores);
  Old.Ret = New.Ret;
  Old.Outcomes = std::move(New.Outcomes);
  Old.Analyzed = true;
  return Changed;
}

} // namespace gfpcheck
