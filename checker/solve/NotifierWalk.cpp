//===- NotifierWalk.cpp - What non-blocking callbacks wait for -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// That a callback must not block is a fact about what it is given: a bit of the range is
// clear. It is known to every function that the range is handed to, to predicates on it,
// and to members that it is copied to, as any other argument is.
//
//===----------------------------------------------------------------------===//

#include "NotifierWalk.h"
#include "CallWalk.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/TimeProfiler.h"

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr size_t MaxVisits = 4000; // of one callback

class NotifierWalk : public CallWalk {
public:
  NotifierWalk(Solution &S, const WalkContext &C)
      : CallWalk(S, C, Sought::Sleeps), Analyzer(C.Analyzer) {}

  void run(const NonBlockingModel &N) {
    SmallVector<KnownMember, 2> Facts;
    for (const NonBlockingFact &X : N.Facts) {
      auto Constant = P.Constants.find(X.Clear.empty() ? X.Is : X.Clear);
      if (Constant == P.Constants.end())
        return;
      const uint64_t Key = P.memberKey(X.Member), Value = Constant->second;
      Facts.push_back({N.Argument, NameId(Key >> 32), NameId(Key),
                       X.Clear.empty()
                           ? S.Pool.constant(Value)
                           : S.Pool.make(ValueKind::And, S.AnyObject, S.Pool.constant(~Value))});
    }
    llvm::sort(Facts);
    for (FuncId F : P.targets(P.memberKey(N.Member))) {
      if (P.function(F).Blocks.empty())
        continue;
      reset();
      Root = F;
      Callback = &N;
      Found.clear();
      Visit V = start(F, N.Phrase);
      V.Members = Facts;
      const Visit V0 = V;
      add(std::move(V));
      CallWalk::run(~0u, MaxVisits);
      S.Caps.NotifierVisits += Visits.size();
      if (N.Refuses)
        findBackOffs(V0);
    }
  }

private:
  // Returns of an error that ask nothing but whether they may block; and those that do not
  // even ask that.
  void findBackOffs(const Visit &V) {
    for (const ExitState &X : Analyzer.exits(Root)) {
      const VNode Ret = S.Pool.node(X.Ret);
      if (Ret.Kind != ValueKind::Const || Ret.Imm >= 0)
        continue;
      bool Asks = false, AsksMore = X.Lost;
      for (const Pred &C : X.When) {
        Pred Here = C;
        Here.V = here(C.V, V);
        SmallVector<Pred, 2> Left;
        const bool Decided = simplifyPred(S.Pool, Here, Left) == Truth::True;
        Asks |= Decided;
        AsksMore |= !Decided;
      }
      if (!Asks || !AsksMore)
        S.BackOffs.push_back({Root, Callback, X.Where, !Asks});
    }
  }

  bool reaches(const Visit &Next, const Visit &V, const BlockingCall &C,
               const FunctionModel *FM) override {
    const Event &E = P.function(V.Func).Events[C.Where];
    // Locks and waits come to sleep in the end; what is said of them says more.
    if (const ContextOp *Op = Calls.Facts.acquires(FM)) {
      if (Next.Atomic)
        return true;
      const uint64_t Class = Op->LockArg < 0 || size_t(Op->LockArg) >= C.Args.size()
                                 ? 0
                                 : classHere(V, C, Op->LockArg, Op->SubclassArg, Op->Context);
      found(Next, V, Class, Op->Context);
      return true;
    }
    if (const WaitModel *W = Calls.Facts.waits(V.Func, E)) {
      if (!Next.Atomic)
        found(Next, V,
              W->Argument < C.Args.size() ? classHere(V, C, W->Argument, -1, W->Context) : 0,
              W->Context);
      return true;
    }
    if (!FM || (FM->TheRole != FunctionModel::Role::Sleep && !FM->SleepsFirst))
      return false;
    // One that gives up the lock first: only it may be called with that held.
    const VId Given = FM->SleepArg >= 0 && size_t(FM->SleepArg) < C.Args.size()
                          ? here(C.Args[FM->SleepArg], V)
                          : 0;
    const bool GivesUp = Given && Given != S.Pool.constant(FM->SleepEquals);
    if (!Next.Atomic || GivesUp)
      found(Next, V, 0, NoContext);
    return true;
  }

  bool followsAtomic() const override { return true; }

  void found(const Visit &Next, const Visit &V, uint64_t Class, ContextId Context) {
    Blocking B;
    B.Root = Root;
    B.Callback = Callback;
    B.Class = Class;
    B.Context = Context;
    describe(B, Next, V);
    // The nearest for each call that the callback makes; it comes first. Behind it is more of
    // the same.
    if (!Found.insert(B.Way.front().Where).second)
      return;
    S.Blockings.push_back(std::move(B));
  }

  FunctionAnalyzer &Analyzer;
  FuncId Root = NoFunc;
  const NonBlockingModel *Callback = nullptr;
  DenseSet<EventIdx> Found; // calls of Root that block
};

} // namespace

void walkNotifiers(Solution &S, const WalkContext &C) {
  if (S.M.NonBlocking.empty())
    return;
  TimeTraceScope Trace("notifiers");
  NotifierWalk W(S, C);
  for (const LockedReclaim &L : S.Locked)
    W.addLockClass(L.Class);
  for (const NonBlockingModel &N : S.M.NonBlocking)
    W.run(N);
}

} // namespace gfpcheck
