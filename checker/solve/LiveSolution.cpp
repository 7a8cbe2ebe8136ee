//===- LiveSolution.cpp - A solved program that is being edited -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What an edit changes in the effects of functions is found and taken back by a ChangeResolver.
// A walk over the calls is made again only where it may come to something else: it has looked at a
// function that leads elsewhere now; locks are held across allocations that were not; or a
// function that is edited calls what decides a walk wherever it is called, such as a work queue's
// operations.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/solve/LiveSolution.h"
#include "ChangeResolver.h"
#include "PathState.h"
#include "SavedState.h"
#include "ScopeAudit.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/TimeProfiler.h"

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr unsigned MaxHelpers = 2; // header inlines between a function and a primitive

/// The walks over the program as it is without an edit.
struct BaseWalks : WalkResults {
  std::array<BitVector, Engine::Walks> LookedAt;
  DenseSet<uint64_t> Locked;    ///< classes that are held across allocations
  DenseSet<uint64_t> WaitedFor; ///< classes that reclaim surely waits for
};

} // namespace

struct LiveSolution::Impl {
  Impl(Program &P, const Model &M) : P(P), M(M), S(P, M), E(S, buildCallGraph(P, M)) {}

  void remember();
  void recall(unsigned Walks);
  unsigned walksToMake(ArrayRef<FuncId> Elsewhere) const;
  bool decidesWalks(FuncId F, unsigned Depth = 0) const;

  Program &P;
  const Model &M;
  const EntityId Entities = P.Entities.size(); // of the base
  Solution S;
  Engine E;
  BaseWalks Base;
};

LiveSolution::LiveSolution(std::unique_ptr<Impl> I) : I(std::move(I)) {}
LiveSolution::~LiveSolution() = default;

std::unique_ptr<LiveSolution> LiveSolution::load(Program &P, const Model &M, StringRef State) {
  TimeTraceScope Trace("load live");
  auto I = std::make_unique<Impl>(P, M);
  ByteReader In(State);
  {
    const Correspondence Ids(P, In, LinkInput());
    if (In.Bad || !Ids.Changed.empty() || !Ids.ChangedTables.empty() ||
        !loadFixpoint(In, Ids, I->S, I->E.Found, I->E.Analyzer.Known))
      return nullptr;
  }
  I->E.findDefects();
  I->remember();
  return std::unique_ptr<LiveSolution>(new LiveSolution(std::move(I)));
}

void LiveSolution::Impl::remember() {
  for (const LockedReclaim &L : S.Locked)
    Base.Locked.insert(L.Class);
  E.walk();
  Base.LookedAt = E.LookedAt;
  for (const ReclaimLock &R : S.ReclaimLocks)
    if (R.sure())
      Base.WaitedFor.insert(R.Class);
  static_cast<WalkResults &>(Base) = S;
}

/// What \p Walks have found, in the solution.
void LiveSolution::Impl::recall(unsigned Walks) {
  if (Walks >> Engine::ReclaimWalk & 1) {
    S.LockOrders = Base.LockOrders;
    S.ReclaimLocks = Base.ReclaimLocks;
  }
  if (Walks >> Engine::WorkerWalk & 1) {
    S.QueueUses = Base.QueueUses;
    S.ScopedFlushes = Base.ScopedFlushes;
  }
  if (Walks >> Engine::NotifierWalk & 1) {
    S.Blockings = Base.Blockings;
    S.BackOffs = Base.BackOffs;
  }
  if (Walks >> Engine::OomWalk & 1)
    S.OomWaits = Base.OomWaits;
  if (Walks >> Engine::ScopeWalk & 1)
    S.ScopeFaults = Base.ScopeFaults;
}

/// Whether \p F, or a header inline that it calls, calls something by which walks are decided
/// wherever it is called.
bool LiveSolution::Impl::decidesWalks(FuncId F, unsigned Depth) const {
  return llvm::any_of(P.function(F).Events, [&](const Event &E) {
    const EntityId Called = P.calledEntity(F, E);
    if (!Called)
      return false;
    const StringRef Name = P.name(P.Entities[Called].Name);
    if (M.Waits.contains(Name) || M.Signals.contains(Name) || M.Queueing.contains(Name) ||
        M.QueueAllocators.contains(Name) || M.Threads.contains(Name) ||
        llvm::is_contained(M.IoEnds, Name) ||
        llvm::any_of(M.OomDone, [&](const OomDoneModel &D) { return D.Function == Name; }))
      return true;
    const FuncId Callee = P.resolve(Called, F);
    return Depth != MaxHelpers && Callee != NoFunc && P.functionFile(Callee).ends_with(".h") &&
           decidesWalks(Callee, Depth + 1);
  });
}

unsigned LiveSolution::Impl::walksToMake(ArrayRef<FuncId> Elsewhere) const {
  unsigned Out = 0;
  for (const LockedReclaim &L : S.Locked)
    if (!Base.Locked.contains(L.Class))
      Out |= 1 << Engine::ReclaimWalk | 1 << Engine::NotifierWalk | 1 << Engine::OomWalk;
  const uint64_t TaskFlags = P.memberKey("task_struct.flags");
  for (FuncId F : Elsewhere) {
    for (unsigned W = 0; W != Engine::Walks; ++W)
      if (F < Base.LookedAt[W].size() && Base.LookedAt[W].test(F))
        Out |= 1 << W;
    if (llvm::any_of(E.Found.LockedCalls[F],
                     [&](const LockedCall &C) { return Base.WaitedFor.contains(C.Class); }))
      Out |= 1 << Engine::ReclaimWalk;
    if (usesScopes(S, F, TaskFlags))
      Out |= 1 << Engine::ScopeWalk;
  }
  if (Out >> Engine::ReclaimWalk & 1) // whose locks the other is about
    Out |= 1 << Engine::WorkerWalk;
  return Out;
}

void LiveSolution::with(UnitOverlay &Change, uint32_t Unit,
                        function_ref<bool(const Solution &, Stage)> Show) {
  TimeTraceScope Trace("edit");
  Engine &E = I->E;
  Solution &S = I->S;
  const size_t Functions = S.Effects.size();
  S.OnlyUnit = Unit;
  E.NewlyDecided.clear();
  S.coverEntities(I->Entities);
  E.resize(I->P.Functions.size());
  {
    std::vector<FuncId> Others = Change.Rebound;
    for (auto [F, Was] : Change.Changed)
      Others.push_back(F);
    llvm::sort(Others); // a function may be both
    Others.erase(llvm::unique(Others), Others.end());
    const CallGraphPatch Patch(E.Graph, I->P, I->M, Change.FirstReplaced, Others);
    ChangeResolver Resolver(E, Change);
    Resolver.run(/*Everywhere=*/false);
    const bool All = llvm::any_of(Change.Changed, [&](const auto &X) {
      return I->decidesWalks(X.first) || (X.second != NoFunc && I->decidesWalks(X.second));
    });
    Change.settle();
    E.resize(Change.FirstReplaced);
    E.findDefects();
    const unsigned Walks = All ? Engine::AllWalks : I->walksToMake(Resolver.leadingElsewhere());
    I->recall(Engine::AllWalks & ~Walks);
    if (!Walks)
      E.walk(0);
    if (Show(S, Walks ? Stage::Defects : Stage::Whole) && Walks) {
      E.walk(Walks);
      Show(S, Stage::Whole);
    }
    Resolver.undo();
  }
  E.resize(Functions);
}

} // namespace gfpcheck
