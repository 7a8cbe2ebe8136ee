//===- WorkerWalk.cpp - Work that reclaim waits for ------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A workqueue with WQ_MEM_RECLAIM has a thread of its own that runs its items when there is
// no memory for another worker. Who needs that thread must not wait for, nor hand its work
// on to, an item on a queue that has none.
//
//===----------------------------------------------------------------------===//

#include "WorkerWalk.h"
#include "CallWalk.h"
#include "PathState.h"
#include "Waits.h"
#include "WorkQueues.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/TimeProfiler.h"

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr size_t MaxVisits = 100000;
constexpr unsigned MaxServerDepth = 5;   // calls from a work function to the end of an I/O
constexpr unsigned MaxSignalHelpers = 2; // calls from a work function to the signal that it gives
constexpr unsigned MaxOperandDepth = 8;  // members and containers that an item lies in

class WorkerWalk : public CallWalk {
public:
  WorkerWalk(Solution &S, const WalkContext &C)
      : CallWalk(S, C, Sought::Works), Queues(S, C.Graph) {
    findServers(C.Graph);
    findSignallers(C.Graph);
  }

  void run() {
    noteQueued();
    for (const ReclaimLock &L : S.ReclaimLocks)
      addReclaim(L);
    addWorkers();
    addOperations();
    CallWalk::run(~0u, MaxVisits);
    S.Caps.WorkerVisits = Visits.size();
  }

private:
  /// What a function begins as.
  struct Beginning {
    QueueUse::By Who = QueueUse::By::Worker;
    uint64_t Queue = 0;
    std::string Phrase;
    bool Carries = false; ///< ContextKind::Carries
    bool Needed = true;   ///< QueueUse::Needed
  };

  void noteQueued() {
    S.QueuedItems.clear();
    uint64_t Last = 0;
    for (const WorkItem &W : P.WorkItems) { // sorted by class
      if (W.Class == Last)
        continue;
      Last = W.Class;
      for (const WorkQueues::Site &X : Queues.queuedOn(W.Class))
        S.QueuedItems.push_back({X.Func, X.Where, W.Class});
    }
  }

  void addReclaim(const ReclaimLock &L) {
    QueueUse U;
    U.Who = QueueUse::By::Reclaim;
    U.Root = L.Way.front().Func;
    U.Entry = L.Entry;
    U.Class = L.Class;
    U.Context = L.Context;
    U.Way = L.Way;
    U.Conditions = L.Conditions;
    U.LastReferences = L.LastReferences;
    U.Unsure = L.Choice || L.Guess || L.Crosses;
    const CallHop &Last = L.Way.back();
    if (const WaitModel *W = Calls.Facts.waits(Last.Func, P.function(Last.Func).Events[Last.Where]))
      flush(std::move(U), *W);
  }

  // Work items whose queue has a rescuer, because somebody needs it.
  void addWorkers() {
    for (const WorkItem &W : P.WorkItems)
      for (const WorkQueues::Site &X : Queues.queuedOn(W.Class)) {
        const WorkQueues::Kind K = Queues.kind(X.Queue);
        if (!K.Known || !K.Rescuer || K.Legacy)
          continue;
        begin(W.Func, {QueueUse::By::Worker, X.Queue, "work item", false, true});
        break;
      }
  }

  void addOperations() {
    for (const Root &R : P.Roots) {
      const ContextId C = R.Callback->Context;
      if (C == NoContext)
        continue;
      const ContextKind &K = M.Contexts[C];
      // A driver without a table of these has no I/O that waits for it to recover.
      if (K.Class == ContextClass::Holder && K.Forbids == AtomKind::Io &&
          (K.Carries || hasIo(P.provider(R.Func))))
        begin(R.Func,
              {QueueUse::By::Io, 0, R.Callback->Phrase, K.Carries, K.Carries && !K.Interrupt});
    }
  }

  bool hasIo(NameId Provider) const {
    return llvm::any_of(M.IoTables, [&](const std::string &Table) {
      return P.ProviderTables.contains({Provider, P.findName(Table)});
    });
  }

  void begin(FuncId F, Beginning B) {
    if (Beginnings.try_emplace(F, std::move(B)).second)
      add(start(F, ""));
  }

  // What the core decides (there is something to write back) is for the machine to meet.
  bool countsCore() const override { return false; }
  bool followsAtomic() const override { return true; }
  bool excludes(FuncId F) const override { return M.ReclaimExcludes.contains(P.functionName(F)); }

  bool reaches(const Visit &Next, const Visit &V, const BlockingCall &C,
               const FunctionModel *) override {
    const Event &E = P.function(V.Func).Events[C.Where];
    const WaitModel *W = Calls.Facts.waits(V.Func, E);
    const QueueingModel *Q = Calls.Facts.queues(V.Func, E);
    if (!W && !Q)
      return !weigh(Next).sure(); // further on it is no better
    QueueUse U;
    describe(U, Next, V);
    U.Root = U.Way.front().Func;
    const Beginning &B = Beginnings.find(U.Root)->second;
    U.Who = B.Who;
    U.Entry = B.Phrase;
    U.RootQueue = B.Queue;
    U.Needed = B.Needed;
    if (W && W->Argument < C.Args.size() && !Next.Atomic) {
      U.Class = classHere(V, C, W->Argument, -1, W->Context);
      U.Context = W->Context;
      flush(std::move(U), *W);
    } else if (Q && std::max(Q->Queue, Q->Work) < C.Args.size() && B.Carries &&
               P.provider(V.Func) == P.provider(U.Root)) {
      U.What = QueueUse::Kind::Queue;
      U.Class = itemClass(V, C, Q->Work);
      U.Queue = lockClass(S.Pool, P, here(C.Args[Q->Queue], V));
      U.QueuedBy = V.Func;
      U.QueuedAt = C.Where;
      U.Unsure |= !isOfTheIo(U, C.Args[Q->Work]) && !Servers.contains(U.Class);
      addIfPlain(std::move(U));
    }
    return true;
  }

  // Of one of several items the first whose class is known.
  uint64_t itemClass(const Visit &V, const BlockingCall &C, unsigned Arg) {
    if (const uint64_t Class = lockClass(S.Pool, P, here(C.Args[Arg], V)))
      return Class;
    const Function &F = P.function(V.Func);
    const Value &Item = F.Values[F.Operands[F.Events[C.Where].ArgBegin + Arg]];
    if (Item.Kind == ValueKind::Phi)
      for (ValueId Part : ArrayRef(F.Operands).slice(Item.A, Item.B))
        if (const uint64_t Class = P.addressClass(V.Func, Part))
          return Class;
    return 0;
  }

  // Items whose functions end or submit I/O: whoever queues one has it do so.
  void findServers(const CallGraph &G) {
    DenseMap<FuncId, unsigned> Depth;
    std::vector<FuncId> Work;
    for (const std::string &Name : M.IoEnds)
      for (FuncId F : functionsCalled(Name))
        if (Depth.try_emplace(F, 0).second)
          Work.push_back(F);
    for (size_t I = 0; I != Work.size(); ++I)
      if (const unsigned Next = Depth[Work[I]] + 1; Next <= MaxServerDepth)
        for (FuncId Caller : G.callers(Work[I]))
          if (Depth.try_emplace(Caller, Next).second)
            Work.push_back(Caller);
    for (const WorkItem &W : P.WorkItems)
      if (Depth.contains(W.Func))
        Servers.insert(W.Class);
  }

  // Whether the item that the last call of a way queues belongs to the I/O that the first function
  // was given: it lies in what that was given, or in what a member of it points to. A device, or
  // an item that reports to somebody, is further away.
  bool isOfTheIo(const QueueUse &U, VId Item) {
    unsigned Loads = 0;
    for (size_t I = U.Way.size(); I--;) {
      for (unsigned Depth = 0;; ++Depth, Item = S.Pool.node(Item).A) {
        const ValueKind K = S.Pool.node(Item).Kind;
        if (K == ValueKind::Load)
          ++Loads;
        else if (K != ValueKind::Field && K != ValueKind::Index && K != ValueKind::Container)
          break;
        if (Loads > 1 || Depth == MaxOperandDepth)
          return false;
      }
      const VNode &Base = S.Pool.node(Item);
      if (Base.Kind != ValueKind::Param)
        return false;
      if (!I) {
        const Function &Root = P.function(U.Root);
        const TuSummary &Unit = P.Units[P.Functions[U.Root].Unit];
        return Base.A < Root.Params.size() &&
               M.IoTypes.contains(Unit.str(Root.Params[Base.A].Type));
      }
      const CallHop &From = U.Way[I - 1];
      const auto &States = Calls.of(From.Func).States;
      auto It = llvm::find_if(States, [&](const BlockingCall &C) { return C.Where == From.Where; });
      if (It == States.end() || Base.A >= It->Args.size())
        return false;
      Item = It->Args[Base.A];
    }
    return false;
  }

  // Who gives a signal that is waited for, where all of them are work items without a rescuer.
  void findSignallers(const CallGraph &G) {
    DenseMap<FuncId, WorkQueues::Site> Plain;
    for (const WorkItem &W : P.WorkItems)
      for (const WorkQueues::Site &X : Queues.queuedOn(W.Class))
        if (Queues.kind(X.Queue).plain())
          Plain.try_emplace(W.Func, X);
    auto PlainSite = [&](FuncId F, auto &Self, unsigned Depth) -> const WorkQueues::Site * {
      if (auto It = Plain.find(F); It != Plain.end())
        return &It->second;
      if (!Depth || G.callers(F).empty() || !G.memberKeys(F).empty())
        return nullptr;
      const WorkQueues::Site *Out = nullptr;
      for (FuncId Caller : G.callers(F))
        if (!(Out = Self(Caller, Self, Depth - 1)))
          return nullptr;
      return Out;
    };
    for (const auto &[Signal, Sites] : findSignals(P, M)) {
      const WorkQueues::Site *Found = nullptr;
      if (llvm::all_of(Sites, [&](const SignalSite &X) {
            return (Found = PlainSite(X.first, PlainSite, MaxSignalHelpers));
          }))
        Signallers[Signal] = *Found;
    }
  }

  void flush(QueueUse &&U, const WaitModel &W) {
    if (!U.Class || W.Cancels)
      return;
    if (!W.Item && !W.Queue) {
      auto It = Signallers.find({U.Class, W.Context});
      if (It == Signallers.end())
        return;
      U.Signalled = true;
      U.Queue = It->second.Queue;
      U.QueuedBy = It->second.Func;
      U.QueuedAt = It->second.Where;
      addIfPlain(std::move(U));
      return;
    }
    if (W.Queue) {
      U.Queue = U.Class;
      addIfPlain(std::move(U));
      return;
    }
    for (const WorkQueues::Site &X : Queues.queuedOn(U.Class))
      if (Queues.kind(X.Queue).plain()) {
        U.Queue = X.Queue;
        U.QueuedBy = X.Func;
        U.QueuedAt = X.Where;
        addIfPlain(std::move(U));
        return;
      }
  }

  // One a place and item: the first way there, or another one where that is unsure.
  void addIfPlain(QueueUse &&U) {
    const WorkQueues::Kind K = Queues.kind(U.Queue);
    if (!U.Queue || !K.plain())
      return;
    U.AllocatedBy = K.Func;
    U.AllocatedAt = K.Where;
    const CallHop &At = U.Way.back();
    auto [It, New] = Found.try_emplace({{At.Func, At.Where}, U.Class}, S.QueueUses.size());
    if (New)
      S.QueueUses.push_back(std::move(U));
    else if (QueueUse &Old = S.QueueUses[It->second]; U.sure() && !Old.sure())
      Old = std::move(U);
  }

  const WorkQueues Queues;
  DenseMap<FuncId, Beginning> Beginnings;
  /// By what is waited for: where an item is queued that gives the signal.
  std::map<std::pair<uint64_t, ContextId>, WorkQueues::Site> Signallers;
  DenseSet<uint64_t> Servers; // items whose functions end I/O
  DenseMap<std::pair<std::pair<FuncId, EventIdx>, uint64_t>, size_t> Found; // index in S.QueueUses
};

} // namespace

// Waits for work items in a scope of the function itself, or of all who call it.
static void findScopedFlushes(Solution &S, const CallGraph &G,
                              ArrayRef<std::vector<ScopedCall>> Scoped) {
  const Program &P = S.P;
  const std::vector<const WaitModel *> Waits = P.byEntity(S.M.Waits);
  for (FuncId F = 0; F != P.Functions.size(); ++F) {
    const Function &Fn = P.function(F);
    for (EventIdx I = 0; I != Fn.Events.size(); ++I) {
      const Event &E = Fn.Events[I];
      const WaitModel *W = E.Kind == EventKind::Call ? Waits[P.calledEntity(F, E)] : nullptr;
      if (!W || !W->Item || W->Cancels || W->Argument >= E.ArgCount)
        continue;
      ScopedFlush X{F, I, P.addressClass(F, Fn.Operands[E.ArgBegin + W->Argument]), 0};
      for (const ScopedCall &C : Scoped[F])
        if (C.Where == I)
          X.Prevents = C.Prevents;
      const bool Called = !G.callers(F).empty() || !G.memberKeys(F).empty();
      for (AtomKind K : {AtomKind::Io, AtomKind::Fs})
        if (Called && S.ExposedBy[unsigned(K)][F] == NoFunc)
          X.Prevents |= 1 << unsigned(K);
      if (X.Item && X.Prevents)
        S.ScopedFlushes.push_back(X);
    }
  }
}

void walkWorkers(Solution &S, const WalkContext &C, ArrayRef<std::vector<ScopedCall>> Scoped) {
  findScopedFlushes(S, C.Graph, Scoped);
  if (S.M.QueueAllocators.empty())
    return;
  TimeTraceScope Trace("workers");
  WorkerWalk(S, C).run();
}

} // namespace gfpcheck
