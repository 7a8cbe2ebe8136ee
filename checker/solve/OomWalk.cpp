//===- OomWalk.cpp - What an OOM victim's memory waits for -----------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the functions in which a path begins over the calls that it can make, up to where
// the memory is free: a call of Model::OomDone, in the function itself or in one that it
// calls. What the last resort only tries does not stop it, and may so be waited for before.
//
//===----------------------------------------------------------------------===//

#include "OomWalk.h"
#include "CallWalk.h"
#include "PathState.h"
#include "PollLoops.h"
#include "gfpcheck/link/Operands.h"
#include "gfpcheck/link/Skeleton.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/TimeProfiler.h"

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr size_t MaxVisits = 6000;   // of one path
constexpr unsigned MaxDoneDepth = 5; // calls between the path's own function and the end
constexpr unsigned MaxMaskDepth = 6; // operations on a mask
constexpr unsigned MaxPollDepth = 4; // calls of functions that cannot sleep

class OomWalk : public CallWalk {
public:
  OomWalk(Solution &S, const WalkContext &C) : CallWalk(S, C, Sought::Sleeps), Polls(P) {
    for (const NonBlockingModel &N : M.NonBlocking)
      NonBlocking.insert(P.memberKey(N.Member));
    findDone(C.Graph);
  }

  void run(const OomPathModel &O) {
    Path = &O;
    for (FuncId F : functionsCalled(O.Function)) {
      reset();
      Root = F;
      noteTries(F);
      add(start(F, O.Phrase));
      CallWalk::run(~0u, MaxVisits);
      S.Caps.OomVisits += Visits.size();
    }
  }

private:
  bool reaches(const Visit &Next, const Visit &V, const BlockingCall &C,
               const FunctionModel *FM) override {
    if (isOver(V.Func, C.Where))
      return true;
    const Event &E = P.function(V.Func).Events[C.Where];
    if (const ContextOp *Op = Calls.Facts.acquires(FM)) {
      if (Op->LockArg >= 0 && size_t(Op->LockArg) < C.Args.size())
        waits(Next, V, classHere(V, C, Op->LockArg, Op->SubclassArg, Op->Context), Op->Context);
      return true;
    }
    if (const WaitModel *W = Calls.Facts.waits(V.Func, E)) {
      if (W->Argument < C.Args.size())
        waits(Next, V, classHere(V, C, W->Argument, -1, W->Context), W->Context);
      return true;
    }
    const EntityId Ent = P.calledEntity(V.Func, E);
    if (const int Arg = Ent ? S.ReclaimArg[Ent] : -1; Arg >= 0) {
      const VId Mask = size_t(Arg) < C.Args.size() ? here(C.Args[Arg], V) : 0;
      const VNode N = S.Pool.node(Mask);
      // The victim itself gets what it allocates from the reserves.
      if (Path->LastResort && N.Kind == ValueKind::Const && (N.Imm & S.DirectReclaim))
        found(OomWait::Kind::Alloc, Next, V, 0, NoContext);
      return true;
    }
    return FM && (FM->TheRole == FunctionModel::Role::Sleep || FM->SleepsFirst);
  }

  // What these do is for another check to say, which knows more of them.
  bool skipsMember(uint64_t Key) const override { return NonBlocking.contains(Key); }

  void visited(uint32_t Index) override {
    const Visit V = Visits[Index];
    noteTries(V.Func);
    polls(Index, V);
  }

  void noteTries(FuncId Id) {
    if (!Path->LastResort)
      return;
    const Function &F = P.function(Id);
    for (EventIdx I = 0; I != F.Events.size(); ++I)
      if (F.Events[I].Kind == EventKind::Call && !isOver(Id, I))
        if (auto Class = Calls.Facts.tries(Id, F.Events[I]))
          Tried.insert(*Class);
  }

  void waits(const Visit &Next, const Visit &V, uint64_t Class, ContextId Context) {
    if (Class && !Tried.contains(Class))
      found(OomWait::Kind::Lock, Next, V, Class, Context);
  }

  void found(OomWait::Kind What, const Visit &Next, const Visit &V, uint64_t Class,
             ContextId Context) {
    OomWait W;
    W.What = What;
    W.Path = Path;
    W.Root = Root;
    W.Class = Class;
    W.Context = Context;
    describe(W, Next, V);
    add(std::move(W));
  }

  // The first way to each, or another one where that is unsure.
  void add(OomWait &&W) {
    W.Place = W.What == OomWait::Kind::Alloc ? giver(W) : W.Way.size() - 1;
    const CallHop &At = W.Way[W.Place];
    const std::pair Place{W.Class ? NoFunc : At.Func, W.Class ? 0 : At.Where};
    auto [It, New] = Found.try_emplace({{Path->LastResort, W.Class}, Place}, S.OomWaits.size());
    if (New)
      S.OomWaits.push_back(std::move(W));
    else if (OomWait &Old = S.OomWaits[It->second]; W.sure() && !Old.sure())
      Old = std::move(W);
  }
  using CallWalk::add;

  // The call on the way to an allocation whose caller makes the mask: the last that does not
  // have it from its own caller.
  size_t giver(const OomWait &W) const {
    size_t I = W.Way.size() - 1;
    const EntityId Ent = P.calledEntity(W.Way[I].Func, eventAt(W.Way[I]));
    for (unsigned Arg = S.ReclaimArg[Ent]; I; --I) {
      const Event &E = eventAt(W.Way[I]);
      const std::optional<unsigned> Param =
          paramIn(W.Way[I].Func, argument(P.function(W.Way[I].Func), E, Arg), MaxMaskDepth);
      if (!Param)
        break;
      Arg = *Param;
    }
    return I;
  }

  const Event &eventAt(const CallHop &H) const { return P.function(H.Func).Events[H.Where]; }

  // The parameter that a mask is made of, with bits set and cleared, or scopes applied.
  std::optional<unsigned> paramIn(FuncId Id, ValueId V, unsigned Depth) const {
    const Function &F = P.function(Id);
    const Value &X = F.Values[V];
    if (X.Kind == ValueKind::Param)
      return X.A;
    if (!Depth)
      return std::nullopt;
    if (X.Kind == ValueKind::And || X.Kind == ValueKind::Or) {
      const auto A = paramIn(Id, X.A, Depth - 1);
      return A ? A : paramIn(Id, X.B, Depth - 1);
    }
    if (X.Kind == ValueKind::Call)
      for (const Event &E : F.Events)
        if (E.Kind == EventKind::Call && E.CallNo == X.A)
          if (const FunctionModel *FM = Calls.Facts.modelOf(Id, E); FM && FM->ValueArg >= 0)
            return paramIn(Id, argument(F, E, FM->ValueArg), Depth - 1);
    return std::nullopt;
  }

  // Loops in the visited function, and in what it calls that never sleeps.
  void polls(uint32_t Index, const Visit &V) {
    if (Polled.contains({Path, V.Func}))
      return;
    OomWait W;
    W.What = OomWait::Kind::Poll;
    W.Path = Path;
    W.Root = Root;
    Visit At;
    At.Parent = Index;
    At.Where = ~0u;
    At.Conditions = V.Conditions;
    At.LastReferences = V.LastReferences;
    At.Guess = V.Guess;
    At.Crosses = V.Crosses;
    describe(W, At, V);
    polls(W, MaxPollDepth);
  }

  void polls(OomWait &W, unsigned Depth) {
    const FuncId F = W.Way.back().Func;
    if (S.ModelOf[P.Functions[F].Ent] || !Polled.insert({Path, F}).second)
      return;
    if ((W.Line = Polls.find(F)))
      add(OomWait(W));
    if (!Depth)
      return;
    for (EventIdx I = 0; I != P.function(F).Events.size(); ++I) {
      const Event &E = P.function(F).Events[I];
      const FuncId T = E.Kind == EventKind::Call && !isOver(F, I) ? P.directCallee(F, E) : NoFunc;
      if (T == NoFunc || Calls.leads(T))
        continue;
      W.Way.back().Where = I;
      W.Way.back().Callee = T;
      W.Way.push_back({T, ~0u, NoFunc, false, 1});
      polls(W, Depth - 1);
      W.Way.pop_back();
    }
    W.Way.back().Where = ~0u;
    W.Way.back().Callee = NoFunc;
  }

  // Calls that end the path, themselves or somewhere below.
  void findDone(const CallGraph &G) {
    std::vector<std::pair<FuncId, unsigned>> Work;
    for (const OomDoneModel &D : M.OomDone) {
      const NameId Name = P.findName(D.Function);
      auto Constant = P.Constants.find(D.Is);
      if (!Name || Constant == P.Constants.end())
        continue;
      for (FuncId F = 0; F != P.Functions.size(); ++F) {
        const Function &Fn = P.function(F);
        for (EventIdx I = 0; I != Fn.Events.size(); ++I) {
          const Event &E = Fn.Events[I];
          const EntityId Ent = P.calledEntity(F, E);
          if (!Ent || P.Entities[Ent].Name != Name || D.Argument >= E.ArgCount)
            continue;
          const Value &A = Fn.Values[Fn.Operands[E.ArgBegin + D.Argument]];
          if (A.Kind == ValueKind::Const && A.Imm == Constant->second) {
            DoneCalls.insert({F, I});
            Work.push_back({F, 0});
          }
        }
      }
    }
    for (size_t I = 0; I != Work.size(); ++I) {
      const auto [F, Depth] = Work[I];
      if (!Done.insert(F).second || Depth == MaxDoneDepth)
        continue;
      for (FuncId Caller : G.callers(F))
        Work.push_back({Caller, Depth + 1});
    }
  }

  // Whether the memory is free by then, whichever way led there.
  bool isOver(FuncId F, EventIdx Where) {
    if (!Done.contains(F))
      return false;
    auto [It, New] = Open.try_emplace(F);
    if (New)
      It->second = openCalls(F);
    return !It->second.contains(Where);
  }

  DenseSet<EventIdx> openCalls(FuncId F) const {
    const Function &Fn = P.function(F);
    DenseSet<EventIdx> Out;
    BitVector Reached(Fn.Blocks.size());
    std::vector<uint32_t> Work{0};
    Reached.set(0);
    auto Ends = [&](EventIdx I) {
      const FuncId T = P.directCallee(F, Fn.Events[I]);
      return DoneCalls.contains({F, I}) || (T != NoFunc && Done.contains(T));
    };
    while (!Work.empty()) {
      const Block &B = Fn.Blocks[Work.back()];
      Work.pop_back();
      EventIdx I = B.EventBegin;
      bool Over = false;
      for (; I != B.EventBegin + B.EventCount && !Over; ++I) {
        Out.insert(I);
        Over = Fn.Events[I].Kind == EventKind::Call && Ends(I);
      }
      if (Over)
        continue;
      for (const Edge &E : edgesOf(Fn, B))
        if (!Reached.test(E.Target)) {
          Reached.set(E.Target);
          Work.push_back(E.Target);
        }
    }
    return Out;
  }

  PollLoops Polls;
  FuncId Root = NoFunc;
  const OomPathModel *Path = nullptr;
  DenseSet<uint64_t> NonBlocking; // members of callbacks that must not block
  DenseSet<uint64_t> Tried;       // classes of locks that the last resort tries
  /// By whether the path is the last resort, and class or place: index in S.OomWaits.
  DenseMap<std::pair<std::pair<unsigned, uint64_t>, std::pair<FuncId, EventIdx>>, size_t> Found;
  DenseSet<std::pair<const OomPathModel *, FuncId>> Polled;
  DenseSet<std::pair<FuncId, EventIdx>> DoneCalls;
  DenseSet<FuncId> Done; // functions with such a call below
  DenseMap<FuncId, DenseSet<EventIdx>> Open;
};

} // namespace

void walkOomPaths(Solution &S, const WalkContext &C) {
  if (S.M.OomPaths.empty() || !S.DirectReclaim)
    return;
  TimeTraceScope Trace("oom paths");
  OomWalk W(S, C);
  for (const LockedReclaim &L : S.Locked)
    W.addLockClass(L.Class);
  for (bool LastResort : {true, false}) // what that only tries matters to the others
    for (const OomPathModel &O : S.M.OomPaths)
      if (O.LastResort == LastResort)
        W.run(O);
}

} // namespace gfpcheck
