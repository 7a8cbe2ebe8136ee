//===- Solver.cpp - Effects of every function ------------------------*- C++ -*-===//
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

#include "gfpcheck/solve/Solver.h"
#include "CallGraph.h"
#include "EntryScopes.h"
#include "FunctionAnalysis.h"
#include "GfpMembers.h"
#include "LockKeys.h"
#include "NotifierWalk.h"
#include "OomWalk.h"
#include "PathState.h"
#include "ReclaimGraph.h"
#include "ScopeAudit.h"
#include "Waits.h"
#include "WorkerWalk.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/TimeProfiler.h"
#include <fmt/format.h>
#include <queue>

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr unsigned MaxEvaluations = 6;    // of one function
constexpr unsigned MaxInterfaceAtoms = 6; // representatives of a member, by kind
constexpr unsigned MaxKeptAtoms = 18;     // of a kind, over all evaluations

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

class Engine : public SolveContext {
public:
  explicit Engine(Solution &S) : S(S), Graph(buildCallGraph(S.P, S.M)), Analyzer(S, *this) {}

  void run() {
    size_t N = S.P.Functions.size();
    S.Effects.resize(N);
    Defects.resize(N);
    Scoped.resize(N);
    Locked.resize(N);
    LockedCalls.resize(N);
    GfpStores.resize(N);
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
    for (auto &List : Defects)
      S.Defects.insert(S.Defects.end(), List.begin(), List.end());
    for (auto &List : Locked)
      std::move(List.begin(), List.end(), std::back_inserter(S.Locked));
    addWaits(S, Graph);
    addRoots();
    addUndecided();
    Entries = findEntries(S.P, Graph);
    dropScoped();
    decideMembers();
    findBootOnly();
    const std::vector<LockAnnotation> Annotations = findLockAnnotations(S.P, S.M);
    dropUnchecked(S, Annotations, LockedCalls);
    walkReclaim(S, Graph, Analyzer, LockedCalls);
    dropOwnClasses(S, Annotations);
    walkNotifiers(S, Graph, Analyzer);
    walkOomPaths(S, Graph, Analyzer);
    walkWorkers(S, Graph, Analyzer, Scoped);
    auditScopes(S, Graph, Analyzer, LockedCalls);
  }

  const InterfaceAtoms &interface(ArrayRef<FuncId> Targets, uint64_t Key) override {
    auto [It, New] = Interfaces.try_emplace(Key);
    InterfaceAtoms &I = It->second;
    if (!New)
      return I;
    I.Targets = Targets.size();
    unsigned Kept[AtomKinds] = {};
    for (FuncId T : Targets) {
      InterfacesOf[T].push_back(Key);
      const auto &Atoms = S.Effects[T].Atoms;
      for (unsigned K = 0; K != AtomKinds; ++K)
        I.Having[K] += llvm::any_of(
            Atoms, [&](const Atom &A) { return A.Inside.empty() && unsigned(A.Kind) == K; });
      for (uint32_t K = 0; K != Atoms.size(); ++K) {
        auto Same = [&](const std::pair<FuncId, uint32_t> &Old) {
          const Atom &B = S.Effects[Old.first].Atoms[Old.second];
          return sameAtom(Atoms[K], B) && B.How <= Atoms[K].How;
        };
        // Defects pending on a parameter stay with their own function.
        unsigned &Count = Kept[unsigned(Atoms[K].Kind)];
        if (Atoms[K].Inside.empty() && Count < MaxInterfaceAtoms && llvm::none_of(I.Atoms, Same)) {
          I.Atoms.push_back({T, K});
          ++Count;
        }
      }
    }
    return I;
  }

private:
  void enqueue(FuncId F) {
    if (Queued.test(F))
      return;
    if (Evaluations[F] >= MaxEvaluations) {
      ++S.Caps.Rounds;
      return;
    }
    Queued.set(F);
    (Graph.Position[F] > Now ? Work : NextRound).push(Graph.Position[F]);
  }

  void evaluate(FuncId F) {
    ++Evaluations[F];
    ++S.Caps.Evaluations;
    FunctionResult R = Analyzer.analyze(F);
    Defects[F] = std::move(R.Defects);
    Scoped[F] = std::move(R.ScopedCalls);
    Locked[F] = std::move(R.Locked);
    LockedCalls[F] = std::move(R.LockedCalls);
    GfpStores[F] = std::move(R.GfpStores);
    for (auto [Callee, Atom] : R.Decided)
      markDecided(Callee, Atom);
    if (!update(F, std::move(R.Effects)))
      return;
    for (FuncId C : Graph.callers(F))
      enqueue(C);
    if (auto It = InterfacesOf.find(F); It != InterfacesOf.end()) {
      for (uint64_t Key : It->second)
        Interfaces.erase(Key);
      It->second.clear();
    }
    for (uint64_t Key : Graph.memberKeys(F))
      for (FuncId U : Graph.users(Key))
        enqueue(U);
  }

  void markDecided(FuncId F, uint32_t Index) {
    while (F != NoFunc) {
      Atom &A = S.Effects[F].Atoms[Index];
      if (A.Inside.empty() || A.Decided)
        return;
      A.Decided = true;
      if (A.Target != NoFunc)
        return;
      F = A.Callee;
      Index = A.CalleeAtom;
    }
  }

  // Replaces F's effects by New; true if a caller could tell. Atoms keep their index,
  // as callers' chains refer to them, and their first witness unless a new one is
  // shorter (so chains always lead to shallower atoms and end).
  bool update(FuncId F, FunctionEffects &&New) {
    FunctionEffects &Old = S.Effects[F];
    bool Changed = !Old.Analyzed || Old.Ret != New.Ret || !sameOutcomes(Old.Outcomes, New.Outcomes);
    for (Atom &A : New.Atoms) {
      auto Worth = [](const Atom &X) { return std::tie(X.How, X.Conditions); };
      Atom *Best = nullptr;
      for (Atom &B : Old.Atoms)
        if (sameAtom(A, B) && (!Best || Worth(B) < Worth(*Best)))
          Best = &B;
      const bool Better = !Best || Worth(A) < Worth(*Best);
      if (Best && A.Depth <= Best->Depth) {
        if (Better || (Worth(A) == Worth(*Best) && A.Depth < Best->Depth)) {
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
      if (llvm::none_of(Old.ParamCalls, Same) && Old.ParamCalls.size() < 8) {
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

  static bool sameOutcomes(ArrayRef<Outcome> A, ArrayRef<Outcome> B) {
    return A.size() == B.size() &&
           std::equal(A.begin(), A.end(), B.begin(), [](const Outcome &X, const Outcome &Y) {
             return X.Ret == Y.Ret && X.Result == Y.Result && X.When == Y.When &&
                    sameHeld(X.Begun, Y.Begun) && sameHeld(X.Ended, Y.Ended) &&
                    X.Declared == Y.Declared && X.Members == Y.Members;
           });
  }

  // Allocations in functions that are only ever called in a scope that prevents them.
  void dropScoped() {
    S.ExposedBy = findExposed(S.P, Graph, Entries, Scoped);
    llvm::erase_if(S.Defects, [&](const Defect &D) {
      return isReclaimLevel(D.Chain.Kind) && S.ExposedBy[unsigned(D.Chain.Kind)][D.Func] == NoFunc;
    });
    llvm::erase_if(S.Locked, [&](const LockedReclaim &X) {
      return S.ExposedBy[unsigned(X.Chain.Kind)][X.Func] == NoFunc;
    });
  }

  // Allocations whose GFP flags are kept in memory.
  void decideMembers() {
    GfpMembers Members(S);
    for (FuncId F = 0; F != GfpStores.size(); ++F)
      for (const GfpStore &X : GfpStores[F])
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
  void findBootOnly() {
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
  void addRoots() {
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
  void addUndecided() {
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

  Solution &S;
  CallGraph Graph;
  FunctionAnalyzer Analyzer;
  std::vector<FuncId> Entries;
  std::vector<std::vector<Defect>> Defects; // by FuncId, as the next two
  std::vector<std::vector<ScopedCall>> Scoped;
  std::vector<std::vector<LockedReclaim>> Locked;
  std::vector<std::vector<LockedCall>> LockedCalls;
  std::vector<std::vector<GfpStore>> GfpStores;
  std::vector<uint8_t> Evaluations;
  BitVector Queued;
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> Work, NextRound;
  uint32_t Now = 0; // position of the function that is evaluated
  DenseMap<uint64_t, InterfaceAtoms> Interfaces;
  DenseMap<FuncId, SmallVector<uint64_t, 1>> InterfacesOf; // by target
};

} // namespace

Solution::Solution(const Program &P, const Model &M)
    : P(P), M(M), IsContract(P.Entities.size()), ModelOf(P.Entities.size()),
      ReclaimArg(P.Entities.size(), -1) {
  for (EntityId E = 1; E != P.Entities.size(); ++E) {
    StringRef Name = P.name(P.Entities[E].Name);
    IsContract[E] = M.Contracts.contains(Name);
    if (P.Entities[E].IsFunction)
      ModelOf[E] = M.function(Name);
    else if (auto It = M.Constants.find(Name); It != M.Constants.end())
      Pool.GlobalConstants[E] = It->second;
    if (auto It = M.Reclaims.find(Name); It != M.Reclaims.end())
      ReclaimArg[E] = It->second;
  }
  Current = Pool.make(ValueKind::Global, P.findName("current") | SpecialBit);
  AnyObject = Pool.make(ValueKind::Global, P.findName("<object>") | SpecialBit);
  Unreferenced = Pool.make(ValueKind::Global, P.findName("<unreferenced>") | SpecialBit);
  TaskFlags = Pool.make(ValueKind::Load, taskMember("flags"));
  DirectReclaim = P.Constants.lookup("__GFP_DIRECT_RECLAIM");
  NoLockdep = P.Constants.lookup("__GFP_NOLOCKDEP");
  LevelBit[unsigned(AtomKind::Reclaim)] = DirectReclaim;
  LevelBit[unsigned(AtomKind::Io)] = P.Constants.lookup("__GFP_IO");
  LevelBit[unsigned(AtomKind::Fs)] = P.Constants.lookup("__GFP_FS");
  LevelBit[unsigned(AtomKind::NoFail)] = P.Constants.lookup("__GFP_NOFAIL");
  for (const ContextKind &C : M.Contexts)
    TaskFlag.push_back(C.TaskFlag.empty() ? 0 : P.Constants.lookup(C.TaskFlag));
  for (const GfpMemberModel &G : M.GfpMembers) {
    GfpMemberKeys[P.memberKey(G.Member)] = !G.Owners.empty();
    for (StringRef Name : G.Owners)
      GfpOwnerKeys.insert(P.memberKey(Name));
  }
}

VId Solution::taskMember(StringRef Member) {
  return Pool.make(ValueKind::Field, Current, P.findName("task_struct"), P.findName(Member));
}

bool Solution::isGfpMember(const ValuePool &In, VId V) const {
  const VNode &N = In.node(V);
  if (N.Kind != ValueKind::Load || In.node(N.A).Kind != ValueKind::Field)
    return false;
  return GfpMemberKeys.contains(Member{In.node(N.A).B, In.node(N.A).C}.key());
}

std::vector<std::string> Solution::statLines() const {
  return {
      fmt::format("solve: {} evaluations of {} functions, {} values", Caps.Evaluations,
                  Effects.size(), Pool.size()),
      fmt::format("solve: indirect calls: {} resolved ({:.1f} targets on average), {} unresolved",
                  Caps.Resolved, Caps.Resolved ? double(Caps.TargetSum) / Caps.Resolved : 0.0,
                  Caps.Unresolved),
      fmt::format("solve: limits reached: held sets {}, atoms {}, conditions {}, outcomes "
                  "{}, rounds {}; "
                  "unbalanced contexts dropped {}",
                  Caps.States, Caps.Atoms, Caps.Conditions, Caps.Outcomes, Caps.Rounds,
                  Caps.Unbalanced),
      fmt::format(
          "locks: {} edges to reclaim, {} from reclaim to locks; {} functions reached in {} "
          "visits, {} calls too far; {} locks without a class, {} of unreferenced objects; {} "
          "pairs in order, {} searches cut short",
          Locked.size(), ReclaimLocks.size(), Caps.ReclaimFunctions, Caps.ReclaimVisits,
          Caps.ReclaimFar, Caps.Classless, Caps.Unreferenced, LockOrders.size(), Caps.OrderVisits),
      fmt::format("locks: left out by annotations: {} edges to reclaim with a key of their own, {} "
                  "with a subclass, {} not to be validated, {} with __GFP_NOLOCKDEP",
                  Caps.OwnKeys, Caps.Subclasses, Caps.NoValidate, Caps.NoLockdep),
      fmt::format("notifiers: {} visits of functions when they must not block, {} calls that may",
                  Caps.NotifierVisits, Blockings.size()),
      fmt::format("oom: {} visits of functions on the way of a victim's memory, {} things that it "
                  "may wait for",
                  Caps.OomVisits, OomWaits.size()),
      fmt::format("workqueues: {} visits of functions that reclaim waits for, {} uses of queues "
                  "without a rescuer",
                  Caps.WorkerVisits, QueueUses.size()),
      fmt::format("scopes: {} functions looked at, {} faults", Caps.ScopeVisits,
                  ScopeFaults.size()),
  };
}

std::unique_ptr<Solution> solve(const Program &P, const Model &M) {
  TimeTraceScope Trace("solve");
  auto S = std::make_unique<Solution>(P, M);
  Engine(*S).run();
  return S;
}

} // namespace gfpcheck
