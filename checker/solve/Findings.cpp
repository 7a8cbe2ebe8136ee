//===- Findings.cpp - What follows from all functions' effects -------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Engine.h"
#include "EntryScopes.h"
#include "GfpMembers.h"
#include "LockKeys.h"
#include "NotifierWalk.h"
#include "OomWalk.h"
#include "PathState.h"
#include "ReclaimGraph.h"
#include "SavedState.h"
#include "ScopeAudit.h"
#include "Waits.h"
#include "WorkerWalk.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/thread.h"

using namespace llvm;

namespace gfpcheck {

constexpr unsigned WalkStack = 64 << 20; // of a thread; values nest deeply

namespace {

/// Analyses functions on a copy of a solution, beside its engine.
class SideAnalysis : public SolveContext {
public:
  SideAnalysis(Solution &S, const KnownCalls &Known) : Calls(S), Analyzer(S, *this) {
    Analyzer.Known = Known;
  }
  const InterfaceAtoms &interface(ArrayRef<FuncId> Targets, uint64_t Key) override {
    return Calls.get(Targets, Key);
  }

private:
  Interfaces Calls;

public:
  FunctionAnalyzer Analyzer;
};

} // namespace

void Engine::findDefects() {
  S.clearFindings();
  for (const auto &List : Found.Defects)
    llvm::append_range(S.Defects, List);
  for (const auto &List : Found.Locked)
    llvm::append_range(S.Locked, List);
  addWaits(S, Graph);
  addRoots();
  addUndecided();
  Entries = findEntries(S.P, Graph);
  dropScoped();
  decideMembers();
  findBootOnly();
}

void Engine::walk(unsigned Which) {
  const std::vector<LockAnnotation> Annotations = findLockAnnotations(S.P, S.M);
  std::vector<std::vector<LockedCall>> LockedCalls = Found.LockedCalls;
  dropUnchecked(S, Annotations, LockedCalls);

  std::optional<CallFacts> Facts;
  if (Which)
    Facts.emplace(S, Graph);
  auto Context = [&](Walk W, FunctionAnalyzer &Analyzer) {
    LookedAt[W].clear();
    LookedAt[W].resize(S.P.Functions.size());
    return WalkContext{Graph, *Facts, Analyzer, LookedAt[W]};
  };
  auto Has = [Which](Walk W) { return Which >> W & 1; };

  // Half of the walks beside the other half, with values of their own.
  std::optional<Solution> Other;
  std::optional<SideAnalysis> Side;
  std::optional<llvm::thread> Beside;
  if (Has(NotifierWalk) || Has(OomWalk) || Has(ScopeWalk)) {
    Other.emplace(S);
    Side.emplace(*Other, Analyzer.Known);
    Beside.emplace(std::optional<unsigned>(WalkStack), [&] {
      if (Has(NotifierWalk))
        walkNotifiers(*Other, Context(NotifierWalk, Side->Analyzer));
      if (Has(OomWalk))
        walkOomPaths(*Other, Context(OomWalk, Side->Analyzer));
      if (Has(ScopeWalk))
        auditScopes(*Other, Context(ScopeWalk, Side->Analyzer), LockedCalls);
    });
  }
  const size_t FarBefore = S.Caps.ReclaimFar;
  if (Has(ReclaimWalk))
    walkReclaim(S, Context(ReclaimWalk, Analyzer), LockedCalls);
  dropOwnClasses(S, Annotations);
  if (Has(WorkerWalk))
    walkWorkers(S, Context(WorkerWalk, Analyzer), Found.Scoped);
  if (!Beside)
    return;
  Beside->join();
  SideCalls.clear();
  for (FuncId F = 0; F != Side->Analyzer.Known.size(); ++F)
    if (Side->Analyzer.Known[F] && (F >= Analyzer.Known.size() || !Analyzer.Known[F]))
      SideCalls.push_back(F);
  S.Blockings = std::move(Other->Blockings);
  S.BackOffs = std::move(Other->BackOffs);
  S.OomWaits = std::move(Other->OomWaits);
  S.ScopeFaults = std::move(Other->ScopeFaults);
  S.Caps.NotifierVisits = Other->Caps.NotifierVisits;
  S.Caps.OomVisits = Other->Caps.OomVisits;
  S.Caps.ScopeVisits = Other->Caps.ScopeVisits;
  S.Caps.ReclaimFar += Other->Caps.ReclaimFar - FarBefore;
}

void Engine::save(ByteWriter &Out) {
  // With the values of this solution.
  for (FuncId F : SideCalls)
    Analyzer.calls(F);
  saveFixpoint(S, Found, Analyzer.Known, Out);
}

void Engine::handOverCalls() {
  S.Sites = std::move(Graph.Sites);
  S.CallVariants = std::move(Found.CallVariants);
  S.Lost = std::move(Found.Lost);
  S.Entries = std::move(Entries);
}

// Allocations in functions that are only ever called in a scope that prevents them.
void Engine::dropScoped() {
  S.ExposedBy = findExposed(S.P, Graph, Entries, Found.Scoped);
  llvm::erase_if(S.Defects, [&](const Defect &D) {
    return isReclaimLevel(D.Chain.Kind) && S.ExposedBy[unsigned(D.Chain.Kind)][D.Func] == NoFunc;
  });
  llvm::erase_if(S.Locked, [&](const LockedReclaim &X) {
    return S.ExposedBy[unsigned(X.Chain.Kind)][X.Func] == NoFunc;
  });
}

// Allocations whose GFP flags are kept in memory.
void Engine::decideMembers() {
  GfpMembers Members(S);
  for (FuncId F = 0; F != Found.GfpStores.size(); ++F)
    for (const GfpStore &X : Found.GfpStores[F])
      Members.add(F, X);
  auto Impossible = [&](auto &D) {
    bool Unknown = false;
    for (const Pred &X : D.Memory) {
      Truth T = Members.decide(X, D.Func);
      if (T == Truth::False)
        return true;
      Unknown |= T == Truth::Unknown;
    }
    if (Unknown) {
      D.Chain.How = std::max(D.Chain.How, Evidence::Several);
      D.Memory.clear();
    }
    return false;
  };
  llvm::erase_if(S.Defects, Impossible);
  llvm::erase_if(S.Locked, Impossible);
}

// Functions of init sections, and those that nothing else calls.
void Engine::findBootOnly() {
  const size_t N = S.P.Functions.size();
  S.BootOnly.assign(N, true);
  std::vector<FuncId> Work;
  auto Runs = [&](FuncId F) {
    if (!S.BootOnly[F] || (S.P.function(F).Flags & FF_Init))
      return;
    S.BootOnly[F] = false;
    Work.push_back(F);
  };
  for (const auto &[Key, Targets] : S.P.Targets)
    llvm::for_each(Targets, Runs);
  for (const auto &[Variable, Targets] : S.P.VariableTargets)
    llvm::for_each(Targets, Runs);
  for (const Root &R : S.P.Roots)
    Runs(R.Func);
  for (FuncId F : Entries)
    Runs(F);
  while (!Work.empty()) {
    const FuncId F = Work.back();
    Work.pop_back();
    for (const CallSite &C : Graph.Sites[F])
      if (C.Callee != NoFunc)
        Runs(C.Callee);
  }
}

// Functions that are entered in a context.
void Engine::addRoots() {
  for (const Root &R : S.P.Roots) {
    if (R.Callback->Context == NoContext)
      continue;
    const ContextKind &C = S.M.Contexts[R.Callback->Context];
    for (uint32_t I = 0; I != S.Effects[R.Func].Atoms.size(); ++I) {
      const Atom &A = S.Effects[R.Func].Atoms[I];
      if (A.Kind != C.Forbids || !A.Inside.empty() ||
          llvm::any_of(A.Ended,
                       [&](const HeldContext &H) { return H.Context == R.Callback->Context; }))
        continue;
      Guard Memory;
      bool Possible = true, Undecided = false;
      int Conditions = 0;
      for (const Pred &X : A.When) {
        Truth T = truthInContext(S.Pool, S.P, C, X);
        Possible &= T != Truth::False;
        if (A.Kind != AtomKind::Sleep && T == Truth::Unknown) {
          if (S.isGfpMember(S.Pool, X.V))
            Memory.push_back(X);
          else if (X.Mask != ~0ull && !(S.Pool.node(X.V).Flags & VF_Memory))
            Undecided = true; // flags that the caller gives
          else if (X.V != S.TaskFlags)
            Conditions = 1;
          continue;
        }
        if (T == Truth::Unknown)
          Conditions = std::max(Conditions, S.Pool.node(X.V).Kind == ValueKind::Load ? 2 : 1);
        // Parameters of a root come from the core: nothing decides them.
        Undecided |= T == Truth::Unknown && (S.Pool.node(X.V).Flags & VF_Param) &&
                     !(S.Pool.node(X.V).Flags & VF_Memory);
      }
      if (!Possible)
        continue;
      Defect D;
      D.Func = R.Func;
      D.Held.Context = R.Callback->Context;
      D.Chain = A;
      D.Memory = Memory;
      if (Undecided)
        D.Chain.How = std::max(D.Chain.How, Evidence::Several);
      D.Chain.Conditions += Conditions;
      D.Entry = &R;
      S.Defects.push_back(std::move(D));
    }
  }
}

// Defects whose condition depends on what a parameter points to and that no caller
// decided: possible, not certain.
void Engine::addUndecided() {
  for (FuncId F = 0; F != S.Effects.size(); ++F)
    for (const Atom &A : S.Effects[F].Atoms) {
      if (A.Inside.empty() || A.Decided ||
          S.M.Contexts[A.Inside.front().Context].Class == ContextClass::Lock)
        continue;
      // Report where the context begins, not at every caller above.
      if (A.Callee != NoFunc && A.Target == NoFunc &&
          !S.Effects[A.Callee].Atoms[A.CalleeAtom].Inside.empty())
        continue;
      if (A.Target != NoFunc)
        continue;
      if (A.Kind != AtomKind::Sleep && llvm::any_of(A.When, [&](const Pred &X) {
            return X.Mask != ~0ull && S.Pool.node(X.V).Kind == ValueKind::Param;
          }))
        continue; // every caller was asked, and none passes such flags
      // A flag word that is a parameter (gfp) is for callers to get right; other
      // data may be anything.
      bool Data = llvm::all_of(A.When, [&](const Pred &X) {
        return X.Mask == ~0ull || (S.Pool.node(X.V).Flags & VF_Memory);
      });
      Defect D;
      D.Func = F;
      D.Held = A.Inside.front();
      D.Chain = A;
      D.Chain.Inside.clear();
      D.Chain.How = std::max(A.How, Data ? Evidence::Several : Evidence::Guess);
      describeLock(D, S.Pool, S.P, F);
      S.Defects.push_back(std::move(D));
    }
}

} // namespace gfpcheck
