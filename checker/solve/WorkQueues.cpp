//===- WorkQueues.cpp - Which workqueue a work item runs on ---------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WorkQueues.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

using namespace llvm;

namespace gfpcheck {

static constexpr unsigned MaxAliases = 3;       // stores from one queue's member to another's
static constexpr unsigned MaxFlags = 6;         // operations that make flags
static constexpr size_t MaxHelperCallers = 512; // of a function that queues what it is given

WorkQueues::WorkQueues(const Solution &S, const CallGraph &G)
    : P(S.P), Reclaim(P.Constants.lookup("WQ_MEM_RECLAIM")), Softirq(P.Constants.lookup("WQ_BH")),
      Legacy(P.Constants.lookup("__WQ_LEGACY")), QueueingOf(P.byEntity(S.M.Queueing)),
      AllocatorOf(P.byEntity(S.M.QueueAllocators)) {
  findQueued(G);
  findSources();
}

ArrayRef<WorkQueues::Site> WorkQueues::queuedOn(uint64_t Item) const {
  auto It = Sites.find(Item);
  return It == Sites.end() ? ArrayRef<Site>() : ArrayRef<Site>(It->second);
}

// What a value of \p F is: an item by its address; a queue, \p Pointer, by what it is loaded from.
WorkQueues::Operand WorkQueues::operand(FuncId F, ValueId V, bool Pointer) const {
  const Function &Fn = P.function(F);
  if (Fn.Values[V].Kind == ValueKind::Param)
    return {0, int(Fn.Values[V].A)};
  if (Pointer) {
    if (Fn.Values[V].Kind != ValueKind::Load)
      return {};
    return {P.addressClass(F, Fn.Values[V].A), -1};
  }
  // The item in a delayed one.
  while (Fn.Values[V].Kind == ValueKind::Field && P.LockWrappers.contains(P.addressKey(F, V)))
    V = Fn.Values[V].A;
  if (Fn.Values[V].Kind == ValueKind::Param)
    return {0, int(Fn.Values[V].A)};
  return {P.addressClass(F, V), -1};
}

WorkQueues::Operand WorkQueues::inCaller(const Operand &O, FuncId Caller, const Event &E,
                                         bool Pointer) const {
  if (O.Param < 0)
    return O;
  if (uint32_t(O.Param) >= E.ArgCount)
    return {};
  return operand(Caller, P.function(Caller).Operands[E.ArgBegin + O.Param], Pointer);
}

void WorkQueues::add(const Queued &Q, EventIdx Where, std::vector<Queued> &Work) {
  if (!Q.Queue.known() || !Q.Item.known())
    return;
  if (Q.Queue.Class && Q.Item.Class)
    Sites[Q.Item.Class].push_back({Q.Queue.Class, Q.Func, Where});
  else
    Work.push_back(Q);
}

void WorkQueues::findQueued(const CallGraph &G) {
  std::vector<Queued> Work;
  for (FuncId F = 0; F != P.Functions.size(); ++F) {
    const Function &Fn = P.function(F);
    for (EventIdx I = 0; I != Fn.Events.size(); ++I) {
      const Event &E = Fn.Events[I];
      const QueueingModel *Q = QueueingOf[P.calledEntity(F, E)];
      if (E.Kind == EventKind::Call && Q && std::max(Q->Queue, Q->Work) < E.ArgCount)
        add({F, operand(F, Fn.Operands[E.ArgBegin + Q->Queue], true),
             operand(F, Fn.Operands[E.ArgBegin + Q->Work], false)},
            I, Work);
    }
  }
  // Who calls such a helper, schedule_work() for one. What the model says of is known.
  std::set<std::tuple<FuncId, uint64_t, int, uint64_t, int>> Seen;
  for (size_t N = 0; N != Work.size(); ++N) {
    const Queued Q = Work[N];
    if (!Seen.insert(std::tuple_cat(std::tuple(Q.Func), Q.Queue.key(), Q.Item.key())).second ||
        QueueingOf[P.Functions[Q.Func].Ent] || G.callers(Q.Func).size() > MaxHelperCallers)
      continue;
    for (FuncId Caller : G.callers(Q.Func))
      for (const CallSite &C : G.Sites[Caller]) {
        const Event &E = P.function(Caller).Events[C.Where];
        if (C.Callee == Q.Func && P.directCallee(Caller, E) == Q.Func)
          add({Caller, inCaller(Q.Queue, Caller, E, true), inCaller(Q.Item, Caller, E, false)},
              C.Where, Work);
      }
  }
  for (auto &Entry : Sites) {
    auto Key = [](const Site &X) { return std::tuple(X.Queue, X.Func, X.Where); };
    llvm::sort(Entry.second, [&](const Site &A, const Site &B) { return Key(A) < Key(B); });
  }
}

// Which stores are those of queues: allocations first, then from one to another.
void WorkQueues::findSources() {
  DenseSet<uint64_t> Queues;
  for (const auto &Entry : Sites)
    for (const Site &X : Entry.second)
      Queues.insert(X.Queue);
  std::vector<std::pair<FuncId, EventIdx>> Copies;
  for (FuncId F = 0; F != P.Functions.size(); ++F) {
    const Function &Fn = P.function(F);
    for (EventIdx I = 0; I != Fn.Events.size(); ++I) {
      const Event &E = Fn.Events[I];
      if (E.Kind != EventKind::Store)
        continue;
      const ValueKind K = Fn.Values[E.B].Kind;
      if (K == ValueKind::Load)
        Copies.push_back({F, I});
      else if (K == ValueKind::Call)
        addAllocation(F, E);
    }
  }
  for (const auto &Entry : Sources)
    Queues.insert(Entry.first);
  for (auto [F, I] : Copies) {
    const Function &Fn = P.function(F);
    const uint64_t To = P.addressClass(F, Fn.Events[I].A),
                   From = P.addressClass(F, Fn.Values[Fn.Events[I].B].A);
    if (From && To != From && Queues.contains(To))
      Sources[To].push_back({From, Truth::Unknown, Truth::Unknown, F, I});
  }
}

void WorkQueues::addAllocation(FuncId F, const Event &Store) {
  const Function &Fn = P.function(F);
  for (EventIdx I = 0; I != Fn.Events.size(); ++I) {
    const Event &E = Fn.Events[I];
    if (E.Kind != EventKind::Call || E.CallNo != Fn.Values[Store.B].A)
      continue;
    const unsigned *Arg = AllocatorOf[P.calledEntity(F, E)];
    const uint64_t Class = P.addressClass(F, Store.A);
    if (Arg && *Arg < E.ArgCount && Class) {
      const ValueId Flags = Fn.Operands[E.ArgBegin + *Arg];
      // Items of WQ_BH run in softirq context, without a worker.
      Sources[Class].push_back(
          {0, has(Fn, Flags, Reclaim | Softirq, MaxFlags), has(Fn, Flags, Legacy, MaxFlags), F, I});
    }
    return;
  }
}

// Whether flags have a bit, whatever else they have.
Truth WorkQueues::has(const Function &F, ValueId V, uint64_t Bit, unsigned Depth) {
  const Value &X = F.Values[V];
  if (X.Kind == ValueKind::Const)
    return X.Imm & Bit ? Truth::True : Truth::False;
  if (!Depth ||
      (X.Kind != ValueKind::Or && X.Kind != ValueKind::Phi && X.Kind != ValueKind::Select))
    return Truth::Unknown;
  const ValueId Both[] = {X.A, X.B}, Either[] = {X.B, X.C};
  const ArrayRef<ValueId> Parts = X.Kind == ValueKind::Or ? ArrayRef(Both)
                                  : X.Kind == ValueKind::Select
                                      ? ArrayRef(Either)
                                      : ArrayRef(F.Operands).slice(X.A, X.B);
  SmallVector<Truth, 4> Found;
  for (ValueId Part : Parts)
    Found.push_back(has(F, Part, Bit, Depth - 1));
  const Truth Decides = X.Kind == ValueKind::Or ? Truth::True : Truth::False;
  if (is_contained(Found, Decides))
    return Decides;
  return is_contained(Found, Truth::Unknown) ? Truth::Unknown : Found.front();
}

WorkQueues::Kind WorkQueues::kind(uint64_t Queue) const {
  Kind Out;
  Out.Known = Reclaim;
  Out.Rescuer = true;
  fill(Out, Queue, MaxAliases);
  Out.Known &= Out.Func != NoFunc;
  return Out;
}

void WorkQueues::fill(Kind &Out, uint64_t Queue, unsigned Depth) const {
  auto It = Sources.find(Queue);
  if (It == Sources.end() || !Depth)
    return;
  for (const Source &X : It->second) {
    if (X.Other) {
      fill(Out, X.Other, Depth - 1);
      continue;
    }
    if (X.Rescuer == Truth::Unknown) {
      Out.Known = false;
      continue;
    }
    const bool Has = X.Rescuer == Truth::True;
    Out.Legacy |= X.Legacy != Truth::False;
    if (Out.Func == NoFunc || (Out.Rescuer && !Has)) {
      Out.Func = X.Func;
      Out.Where = X.Where;
    }
    Out.Rescuer &= Has;
  }
}

} // namespace gfpcheck
