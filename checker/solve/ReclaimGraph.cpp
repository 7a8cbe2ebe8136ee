//===- ReclaimGraph.cpp - What reclaim can call and block on --------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reclaim's half of the lock graph. From the functions in which reclaim begins, over the
// calls that it can make at one level: with a mask whose bits are those of the level, so
// that "if (!(sc->gfp_mask & __GFP_FS)) return" says itself what is reached. A function is
// visited once for each provider on whose behalf it runs and for the few arguments that
// tell: constants, functions, locks, objects to which no reference is left.
//
// The cheapest way to each lock is its witness: few calls, few conditions.
//
//===----------------------------------------------------------------------===//

#include "ReclaimGraph.h"
#include "CallWalk.h"
#include "PathState.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/TimeProfiler.h"
#include <map>

using namespace llvm;

namespace gfpcheck {

namespace {

// How far locks are looked for that are taken while another is held.
constexpr size_t MaxOrderVisits = 2000;
constexpr unsigned MaxOrderCost = 16;

class ReclaimWalk : public CallWalk {
public:
  ReclaimWalk(Solution &S, const WalkContext &C)
      : CallWalk(S, C, Sought::Locks), Reached(P.Functions.size()), Entries(P.Functions.size()) {
    for (const std::string &Name : M.LevelMembers)
      LevelKeys.insert(P.memberKey(Name));
    for (const std::string &Name : M.CoreMembers)
      CoreKeys.insert(P.memberKey(Name));
    for (const auto &Entry : M.ReclaimFacts) {
      int64_t Value = 0;
      if (auto It = P.Constants.find(Entry.second); It != P.Constants.end())
        Facts[P.memberKey(Entry.first())] = It->second;
      else if (!StringRef(Entry.second).getAsInteger(0, Value))
        Facts[P.memberKey(Entry.first())] = Value;
    }
    for (const ReclaimEntry &E : M.ReclaimEntries)
      for (FuncId F : functionsCalled(E.Function)) {
        EntryFunctions.push_back({&E, F});
        Entries.set(F);
      }
  }

  void run(AtomKind K) {
    Level = K;
    Mask = uint64_t(S.DirectReclaim) | uint64_t(P.Constants.lookup("__GFP_KSWAPD_RECLAIM"));
    if (K != AtomKind::Reclaim)
      Mask |= uint64_t(S.LevelBit[unsigned(AtomKind::Io)]);
    if (K == AtomKind::Fs)
      Mask |= uint64_t(S.LevelBit[unsigned(AtomKind::Fs)]);
    reset();
    for (auto [Entry, F] : EntryFunctions) {
      Visit V = start(F, Entry->Phrase);
      V.Flagged = Entry->Flagged;
      if (Entry->GfpArg >= 0 && size_t(Entry->GfpArg) < V.Args.size())
        V.Args[Entry->GfpArg] = S.Pool.constant(Mask);
      add(std::move(V));
    }
    for (const Root &R : P.Roots)
      if (R.Callback->InReclaim)
        add(start(R.Func, R.Callback->Phrase));
    CallWalk::run();
  }

  void finish() { S.Caps.ReclaimFunctions = Reached.count(); }

  // Which locks are taken, near by, while \p Class is held: by the calls in \p Sites.
  void order(uint64_t Class, ArrayRef<std::pair<FuncId, EventIdx>> Sites) {
    Ordering = Class;
    reset();
    for (auto [F, Where] : Sites) {
      if (Visits.size() >= MaxOrderVisits)
        break;
      if (P.function(F).Flags & FF_Init)
        continue;
      Visit V = start(F, "");
      V.Provider = P.provider(F);
      Visits.push_back(V);
      LookedAt.set(F);
      const uint32_t Index = Visits.size() - 1;
      for (const BlockingCall &C : Calls.of(F).States)
        if (C.Where == Where)
          call(Index, V, C);
    }
    CallWalk::run(MaxOrderCost, MaxOrderVisits);
    S.Caps.OrderVisits += Visits.size() >= MaxOrderVisits;
    Ordering = 0;
  }

private:
  bool reaches(const Visit &Next, const Visit &V, const BlockingCall &C,
               const FunctionModel *FM) override {
    if (const ContextOp *Op = Calls.Facts.acquires(FM)) {
      lock(Next, V, C, Op->LockArg, Op->SubclassArg, Op->Context);
      return true;
    }
    const WaitModel *W = Calls.Facts.waits(V.Func, P.function(V.Func).Events[C.Where]);
    if (W)
      lock(Next, V, C, W->Argument, -1, W->Context);
    return W;
  }

  bool excludes(FuncId F) const override {
    auto It = M.LevelFunctions.find(P.functionName(F));
    return Entries.test(F) || M.ReclaimExcludes.contains(P.functionName(F)) ||
           (!Ordering && It != M.LevelFunctions.end() && Level < It->second);
  }

  VId holds(uint64_t Key) const override {
    if (Ordering)
      return 0;
    if (LevelKeys.contains(Key))
      return S.Pool.constant(Mask);
    auto It = Facts.find(Key);
    return It == Facts.end() ? 0 : S.Pool.constant(It->second);
  }

  Truth decides(const Pred &X, const Visit &V) const override {
    if (Ordering || X.V != S.TaskFlags || X.C != 0 || (X.Op != PredOp::Eq && X.Op != PredOp::Ne))
      return Truth::Unknown;
    const uint64_t Kswapd = P.Constants.lookup("PF_KSWAPD"),
                   Memalloc = P.Constants.lookup("PF_MEMALLOC");
    if (V.Flagged && (X.Mask & Memalloc))
      return X.Op == PredOp::Ne ? Truth::True : Truth::False;
    if (X.Mask == Kswapd)
      return X.Op == PredOp::Eq ? Truth::True : Truth::False;
    return Truth::Unknown;
  }

  bool isCoreOnly(uint64_t Key) const override { return !Ordering && CoreKeys.contains(Key); }

  // Reclaim's own conditions are for it to meet.
  bool countsCore() const override { return Ordering; }

  void visited(uint32_t Index) override {
    if (Ordering)
      return;
    ++S.Caps.ReclaimVisits;
    Reached.set(Visits[Index].Func);
  }

  void lock(const Visit &At, const Visit &V, const BlockingCall &C, int Arg, int SubclassArg,
            ContextId Context) {
    if (Arg < 0 || size_t(Arg) >= C.Args.size())
      return;
    // A folio is found by way of what it belongs to.
    const bool Nobodys =
        P.ContextClass[Context]
            ? llvm::any_of(V.Args, [&](VId A) { return base(A) == S.Unreferenced; })
            : base(here(C.Args[Arg], V)) == S.Unreferenced;
    if (Nobodys) {
      ++S.Caps.Unreferenced;
      return;
    }
    const uint64_t Class = classHere(V, C, Arg, SubclassArg, Context);
    if (Ordering) {
      if (Class && Class != Ordering && LockClasses.contains(Class) &&
          Ordered.insert({Ordering, Class}).second)
        S.LockOrders.push_back({Ordering, Class, Context, way(At, V), At.Conditions,
                                At.Crosses || At.Guess || throughTable(At)});
      return;
    }
    if (!Class)
      return;
    ReclaimLock L;
    L.Class = Class;
    L.Level = Level;
    L.Context = Context;
    L.Provider = V.Provider;
    L.Conditions = At.Conditions;
    L.LastReferences = At.LastReferences;
    L.Choice = is_contained(At.Tried, Class) || is_contained(At.Tried, 0u);
    L.Guess = At.Guess;
    L.Crosses = At.Crosses;
    // The way that was found first, at the lowest level; and another one where that is unsure.
    // Who waits for readers only is another matter.
    const uint64_t Mode = M.Contexts[Context].Shared;
    auto [Old, New] = Locks.try_emplace({Class, uint64_t(V.Provider) << 1 | Mode}, L.sure());
    if (!New && (Old->second || !L.sure()))
      return;
    Old->second = L.sure();
    L.Entry = At.Entry.str();
    L.Way = way(At, V);
    S.ReclaimLocks.push_back(std::move(L));
  }

  BitVector Reached;
  std::vector<std::pair<const ReclaimEntry *, FuncId>> EntryFunctions;
  BitVector Entries; // Model::ReclaimEntries: reclaim does not enter itself
  DenseSet<uint64_t> LevelKeys, CoreKeys;
  DenseMap<uint64_t, int64_t> Facts; // Model::ReclaimFacts
  AtomKind Level = AtomKind::Reclaim;
  uint64_t Mask = 0;
  uint64_t Ordering = 0; // the lock held, while order() searches
  DenseSet<std::pair<uint64_t, uint64_t>> Ordered;
  /// By class, and provider and mode: whether the way there is sure.
  DenseMap<std::pair<uint64_t, uint64_t>, bool> Locks;
};

} // namespace

void walkReclaim(Solution &S, const WalkContext &C, ArrayRef<std::vector<LockedCall>> LockedCalls) {
  if (!S.DirectReclaim)
    return;
  TimeTraceScope Trace("reclaim graph");
  ReclaimWalk W(S, C);
  for (const LockedReclaim &L : S.Locked)
    W.addLockClass(L.Class);
  for (AtomKind K : ReclaimLevels)
    W.run(K);
  W.finish();
  std::map<uint64_t, std::vector<std::pair<FuncId, EventIdx>>> Sites;
  for (const ReclaimLock &R : S.ReclaimLocks)
    if (R.sure())
      Sites[R.Class];
  for (FuncId F = 0; F != LockedCalls.size(); ++F)
    for (const LockedCall &C : LockedCalls[F])
      if (auto It = Sites.find(C.Class); It != Sites.end())
        It->second.push_back({F, C.Where});
  for (const auto &[Class, Calls] : Sites)
    W.order(Class, Calls);
}

} // namespace gfpcheck
