//===- CallEffects.cpp - What events do to a state ---------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FunctionAnalysisImpl.h"

using namespace llvm;

namespace gfpcheck {

void FunctionAnalyzer::Impl::doEvent(EventIdx Idx, StateList &States) {
  const Event &E = F->Events[Idx];
  switch (E.Kind) {
  case EventKind::Return:
    for (PathState &St : States) {
      if (!Collecting)
        break;
      St.Ret = E.A ? resolve(val(E.A), St) : 0;
      Exits.push_back(St);
    }
    States.clear();
    break;
  case EventKind::Store:
    for (PathState &St : States)
      doStore(E, St);
    break;
  case EventKind::Call:
    doCall(Idx, E, States);
    break;
  }
}

// A store makes the value of a later load known on this path.
void FunctionAnalyzer::Impl::doStore(const Event &E, PathState &St) {
  VId Addr = resolve(val(E.A), St);
  if (!Addr || Pool.node(Addr).Kind == ValueKind::Index)
    return;
  VId Loaded = Pool.make(ValueKind::Load, Addr);
  if (!Loaded || Pool.node(Loaded).Kind != ValueKind::Load)
    return;
  VId New = resolve(val(E.B), St);
  // A record copied from a call's result: so are its members.
  if (Pool.node(Addr).Kind == ValueKind::Local && Pool.node(New).Kind == ValueKind::Call)
    for (const Pred &X : SmallVector<Pred, 6>(St.Facts)) {
      const VNode N = Pool.node(X.V);
      if (N.Kind != ValueKind::Load)
        continue;
      const VNode A = Pool.node(N.A);
      if (A.Kind != ValueKind::Field || A.A != New || St.Facts.size() >= MaxFacts)
        continue;
      Pred Y = X;
      Y.V = Pool.make(ValueKind::Load, Pool.make(ValueKind::Field, Addr, A.B, A.C));
      addFact(St.Facts, Y);
    }
  llvm::erase_if(St.Facts, [&](const Pred &X) { return uses(X.V, Loaded); });
  // What a member of a local record holds, for returnedMembers().
  if (Pool.node(Addr).Kind == ValueKind::Field &&
      Pool.node(Pool.node(Addr).A).Kind == ValueKind::Local) {
    llvm::erase_if(St.Phis, [&](const auto &X) { return X.first == Loaded; });
    if (New && St.Phis.size() < MaxPhis)
      St.Phis.push_back({Loaded, New});
    llvm::sort(St.Phis);
  }
  if (!is_contained(St.Written, Loaded) && !(Pool.node(Addr).Flags & VF_Opaque))
    St.Written.push_back(Loaded);
  const VNode N = Pool.node(New);
  if (N.Kind == ValueKind::Const && St.Facts.size() < MaxFacts)
    addFact(St.Facts, {Loaded, PredOp::Eq, false, ~0ull, N.Imm});
  else if (New && !(retClass(Pool, New, St.Facts) & RC_Zero) && St.Facts.size() < MaxFacts)
    addFact(St.Facts, {Loaded, PredOp::Ne, false, ~0ull, 0});
  // count++: nonzero from here on.
  if (N.Kind == ValueKind::Add && N.A == Loaded && Pool.node(N.B).Kind == ValueKind::Const &&
      Pool.node(N.B).Imm > 0 && St.Facts.size() < MaxFacts)
    addFact(St.Facts, {Loaded, PredOp::Ne, false, ~0ull, 0});
}

void FunctionAnalyzer::Impl::begin(PathState &St, const HeldContext &H) {
  // A lock taken again at the same place (a loop over locks) is held once.
  for (const HeldContext &Old : St.Held)
    if (Old.same(H) && Old.Where == H.Where)
      return;
  // Taking back what the caller held.
  size_t I = findHeld(Pool, P, St.Ended, H.Context, H.Lock);
  if (I != Npos) {
    St.Ended.erase(St.Ended.begin() + I);
    return;
  }
  if (St.Held.size() < MaxHeld)
    St.Held.push_back(H);
  // What contains a lock that was taken is there.
  VId Owner = H.Lock;
  while (Pool.node(Owner).Kind == ValueKind::Field || Pool.node(Owner).Kind == ValueKind::Index)
    Owner = Pool.node(Owner).A;
  if (Owner && Owner != H.Lock && St.Facts.size() < MaxFacts) {
    SmallVector<Pred, 2> Preds;
    if (simplifyPred(Pool, {Owner, PredOp::Ne, false, ~0ull, 0}, Preds) == Truth::Unknown)
      for (const Pred &X : Preds)
        if (impliedBy(St.Facts, X) == Truth::Unknown) {
          addFact(St.Facts, X);
          if (!is_contained(NotConditions, X))
            NotConditions.push_back(X);
        }
  }
}

void FunctionAnalyzer::Impl::end(PathState &St, ContextId C, VId Lock, EventIdx Where) {
  size_t I = findHeld(Pool, P, St.Held, C, Lock);
  if (I != Npos) {
    St.Held.erase(St.Held.begin() + I);
    return;
  }
  HeldContext H{C, true, Lock, Where};
  for (const HeldContext &Old : St.Ended)
    if (Old.same(H))
      return;
  if (St.Ended.size() < MaxHeld)
    St.Ended.push_back(H);
}

void FunctionAnalyzer::Impl::applyOp(EventIdx Idx, const ContextOp &Op, ArrayRef<VId> Args,
                                     PathState &St) {
  auto Arg = [&](int N) { return N >= 0 && unsigned(N) < Args.size() ? resolve(Args[N], St) : 0; };
  ContextId C = Op.Context;
  if (Op.AmountArg >= 0) {
    const VNode &N = Pool.node(Arg(Op.AmountArg));
    if (N.Kind != ValueKind::Const)
      return;
    // By the bits of preempt_count() that the amount changes.
    C = NoContext;
    for (ContextId I = 0; I != M.Contexts.size(); ++I)
      if (!M.Contexts[I].Named && (M.Contexts[I].Nonzero & uint64_t(N.Imm))) {
        C = I;
        break;
      }
    if (C == NoContext)
      return;
  }
  VId Lock = Arg(Op.LockArg);
  if (Op.Delta > 0) {
    begin(St, {C, true, Lock, Idx});
  } else if (Op.Delta < 0) {
    end(St, C, Lock, Idx);
  } else {
    bool Any = false;
    llvm::erase_if(St.Held, [&](const HeldContext &H) {
      Any |= H.Context == C;
      return H.Context == C;
    });
    if (!Any)
      end(St, C, 0, Idx);
  }
}

void FunctionAnalyzer::Impl::doModelCall(EventIdx Idx, const FunctionModel &FM, ArrayRef<VId> Args,
                                         StateList &States) {
  const Event &E = F->Events[Idx];
  switch (FM.TheRole) {
  case FunctionModel::Role::Neutral:
  case FunctionModel::Role::Value:
    return;
  case FunctionModel::Role::Sleep:
    if (!Collecting)
      return;
    if (FM.SleepArg >= 0) {
      const VNode &A = Pool.node(unsigned(FM.SleepArg) < Args.size() ? Args[FM.SleepArg] : 0);
      if (A.Kind != ValueKind::Const || A.Imm != FM.SleepEquals)
        return;
    }
    for (const PathState &St : States)
      emit(St, {}, HeldList(St.Held), {}, {}, {Idx}, {NoFunc, 0});
    return;
  case FunctionModel::Role::Primitive:
    break;
  }
  if (FM.SleepsFirst && Collecting)
    for (const PathState &St : States)
      emit(St, {}, HeldList(St.Held), {}, {}, {Idx}, {NoFunc, 0});
  StateList Out;
  VId Result = Pool.make(ValueKind::Call, E.CallNo);
  for (PathState &St : States) {
    if (FM.OpsWhen == When::Always) {
      for (const ContextOp &Op : FM.Ops)
        applyOp(Idx, Op, Args, St);
      Out.push_back(std::move(St));
      continue;
    }
    bool Nonzero = FM.OpsWhen == When::Nonzero;
    PathState Not = St;
    for (const ContextOp &Op : FM.Ops)
      applyOp(Idx, Op, Args, St);
    addFact(St.Facts, {Result, Nonzero ? PredOp::Ne : PredOp::Eq, false, ~0ull, 0});
    addFact(Not.Facts, {Result, Nonzero ? PredOp::Eq : PredOp::Ne, false, ~0ull, 0});
    Out.push_back(std::move(St));
    Out.push_back(std::move(Not));
  }
  States = std::move(Out);
}

// A call made again (in a loop) returns something new. A phi that still has its old
// result keeps what was known of that.
void FunctionAnalyzer::Impl::forgetResult(const Event &E, StateList &States) {
  VId Result = Pool.make(ValueKind::Call, E.CallNo);
  auto Mentions = [&](VId V) { return Pool.contains(V, VF_Opaque, Result); };
  for (PathState &St : States) {
    SmallVector<VId, 4> Nonzero;
    llvm::erase_if(St.Phis, [&](const auto &X) {
      if (!Mentions(X.second))
        return false;
      if (!(retClass(Pool, X.second, St.Facts) & RC_Zero))
        Nonzero.push_back(X.first);
      return true;
    });
    llvm::erase_if(St.Facts, [&](const Pred &X) { return Mentions(X.V); });
    for (VId Phi : Nonzero)
      if (St.Facts.size() < MaxFacts)
        addFact(St.Facts, {Phi, PredOp::Ne, false, ~0ull, 0});
  }
}

void FunctionAnalyzer::Impl::doCall(EventIdx Idx, const Event &E, StateList &States) {
  if (E.Flags & EF_NoReturn) { // the path ends here; what a dying path does is no defect
    States.clear();
    return;
  }
  forgetResult(E, States);
  SmallVector<VId, 6> Args;
  for (uint32_t I = 0; I != E.ArgCount; ++I)
    Args.push_back(val(F->Operands[E.ArgBegin + I]));
  VId Callee = val(E.A);
  const VNode CN = Pool.node(Callee);

  if (CN.Kind == ValueKind::Func) {
    if (const FunctionModel *FM = S.ModelOf[CN.A]) {
      if (FM->TheRole == FunctionModel::Role::Value && CallResult[E.CallNo] == ~0u) {
        NameId Special = P.findName(FM->Value);
        bool IsPointer = FM->Value == "current";
        CallResult[E.CallNo] =
            IsPointer ? Pool.make(ValueKind::Global, Special | SpecialBit) : Pool.special(Special);
      }
      doModelCall(Idx, *FM, Args, States);
      return;
    }
    FuncId G = P.resolve(CN.A, Id);
    if (G == NoFunc)
      return;
    const FunctionEffects &FE = S.Effects[G];
    VId Result = CallResult[E.CallNo];
    if (Result == ~0u) {
      Result = FE.Ret ? Pool.subst(FE.Ret, Args) : 0;
      if (!Result)
        Result = Pool.make(ValueKind::Call, E.CallNo);
      CallResult[E.CallNo] = Result;
    }
    if (Collecting)
      for (const PathState &St : States) {
        composeSleeps(Idx, G, Args, St, Evidence::Certain, 1, false);
        for (uint32_t I = 0; I != FE.ParamCalls.size(); ++I)
          composeParamCall(Idx, G, I, Args, St);
      }
    applyOutcomes(Idx, FE, Args, Result, States);
    if (S.IsContract[CN.A])
      for (PathState &St : States)
        declare(St, FE, Args);
    return;
  }

  // An indirect call: per state, since the value may be known on some paths only.
  StateList Out;
  for (PathState &St : States) {
    VId Fn = resolve(Callee, St);
    SmallVector<FuncId, 8> Direct; // function values proper
    auto Collect = [&](auto &&Self, VId V) -> bool {
      const VNode N = Pool.node(V);
      if (N.Kind == ValueKind::Func) {
        FuncId G = P.resolve(N.A, Id);
        if (G != NoFunc)
          Direct.push_back(G);
        return true;
      }
      if (N.Kind == ValueKind::Select) {
        bool First = Self(Self, N.B), Second = Self(Self, N.C);
        return First && Second;
      }
      if (N.Kind == ValueKind::Phi) {
        bool All = true;
        for (VId O : SmallVector<VId, 8>(Pool.operands(V)))
          All &= O != V && Self(Self, O);
        return All;
      }
      return N.Kind == ValueKind::Const; // NULL
    };
    if (Collect(Collect, Fn) && !Direct.empty()) {
      if (Collecting)
        for (FuncId G : Direct)
          composeSleeps(Idx, G, Args, St,
                        Direct.size() == 1 ? Evidence::Certain : Evidence::Several, Direct.size(),
                        true);
      StateList One;
      One.push_back(std::move(St));
      if (Direct.size() == 1)
        applyOutcomes(Idx, S.Effects[Direct[0]], Args, Pool.make(ValueKind::Call, E.CallNo), One);
      Out.append(One.begin(), One.end());
      continue;
    }
    CalleeSet Set = indirectCallees(P, M, Pool, Fn);
    bool FromParam = Pool.node(Fn).Kind == ValueKind::Param ||
                     (Set.Funcs.empty() && !Set.Deferred && (Pool.node(Fn).Flags & VF_Param));
    if (Collecting && FromParam && R.Effects.ParamCalls.size() < MaxParamCalls) {
      if (VId Exported = S.Pool.import(Fn, Pool)) {
        ParamCall PC;
        PC.Fn = Exported;
        for (VId A : Args)
          PC.Args.push_back(S.Pool.import(resolve(A, St), Pool));
        PC.When = exportFacts(St, {});
        PC.Ended = exportHeld(St.Ended, Idx);
        for (const HeldContext &H : St.Held)
          PC.Inside.push_back({H.Context, H.Sure, S.Pool.import(H.Lock, Pool), H.Where});
        PC.Where = Idx;
        auto Same = [&](const ParamCall &O) {
          return O.Fn == PC.Fn && O.Where == Idx && sameContexts(O.Inside, PC.Inside) &&
                 sameContexts(O.Ended, PC.Ended);
        };
        if (llvm::none_of(R.Effects.ParamCalls, Same))
          R.Effects.ParamCalls.push_back(std::move(PC));
      }
    }
    if (Set.Funcs.empty()) {
      if (Collecting && !FromParam && !Set.Deferred)
        ++S.Caps.Unresolved;
      Out.push_back(std::move(St));
      continue;
    }
    if (Collecting) {
      ++S.Caps.Resolved;
      S.Caps.TargetSum += Set.Funcs.size();
    }
    if (Set.Funcs.size() == 1) {
      if (Collecting)
        composeSleeps(Idx, Set.Funcs[0], Args, St, Evidence::Certain, 1, true);
      StateList One;
      One.push_back(std::move(St));
      applyOutcomes(Idx, S.Effects[Set.Funcs[0]], Args, Pool.make(ValueKind::Call, E.CallNo), One);
      Out.append(One.begin(), One.end());
      continue;
    }
    if (!Collecting) {
      Out.push_back(std::move(St));
      continue;
    }
    const InterfaceSleeps &I = Ctx.interface(Set.Funcs, Set.Key);
    bool Few = Set.Funcs.size() <= FewTargets || I.Sleeping * 2 >= I.Targets;
    for (auto [G, Atom] : I.Atoms)
      composeAtom(G, Atom, Args, St,
                  {Idx, G, Atom, NoFunc, 0, Few ? Evidence::Several : Evidence::Guess, 1,
                   uint16_t(std::min<size_t>(Set.Funcs.size(), 0xffff)), true});
    Out.push_back(std::move(St));
  }
  States = std::move(Out);
}

// The condition on which a contract's annotation sleeps holds for what follows.
void FunctionAnalyzer::Impl::declare(PathState &St, const FunctionEffects &FE, ArrayRef<VId> Args) {
  if (FE.Sleeps.size() != 1)
    return;
  auto G = substGuard(St, FE.Sleeps.front().When, Args);
  if (!G)
    St.Declared.push_back({Pool.constant(0), PredOp::Ne, false, ~0ull, 0}); // never
  else
    St.Declared.append(G->When.begin(), G->When.end());
}

static void retPreds(uint8_t Class, VId V, SmallVectorImpl<Pred> &Out) {
  switch (Class) {
  case RC_Zero:
    Out.push_back({V, PredOp::Eq, false, ~0ull, 0});
    break;
  case RC_Negative:
    Out.push_back({V, PredOp::Lt, false, ~0ull, 0});
    break;
  case RC_Positive:
    Out.push_back({V, PredOp::Gt, false, ~0ull, 0});
    break;
  case RC_Zero | RC_Negative:
    Out.push_back({V, PredOp::Le, false, ~0ull, 0});
    break;
  case RC_Zero | RC_Positive:
    Out.push_back({V, PredOp::Ge, false, ~0ull, 0});
    break;
  case RC_Negative | RC_Positive:
    Out.push_back({V, PredOp::Ne, false, ~0ull, 0});
    break;
  default:
    break;
  }
}

void FunctionAnalyzer::Impl::applyOutcomes(EventIdx Idx, const FunctionEffects &FE,
                                           ArrayRef<VId> Args, VId Result, StateList &States) {
  if (!FE.Analyzed || FE.trivialOutcome())
    return;
  if (FE.Outcomes.empty()) {
    States.clear(); // never returns
    return;
  }
  // A cleanup handler tests whether its guard took anything ("if (_T->lock)"), and an
  // unlocking function may have a condition that only its author knows. What is held
  // tells: where an outcome ends something that is held, it is that one.
  bool Cleanup =
      (F->Events[Idx].Flags & EF_Cleanup) || llvm::any_of(FE.Outcomes, [](const Outcome &O) {
        return llvm::any_of(O.Ended, [](const HeldContext &H) { return !H.Sure; });
      });
  StateList Out;
  for (PathState &St : States) {
    SmallVector<VId, 6> Now;
    for (VId A : Args)
      Now.push_back(resolve(A, St));
    auto EndsHeld = [&](const Outcome &O) {
      return llvm::any_of(O.Ended, [&](const HeldContext &H) {
        return findHeld(Pool, P, St.Held, H.Context, Pool.subst(H.Lock, Now)) != Npos;
      });
    };
    bool Ends = Cleanup && llvm::any_of(FE.Outcomes, EndsHeld);
    for (const Outcome &O : FE.Outcomes) {
      if (Cleanup && (Ends ? !EndsHeld(O) : !O.Ended.empty() && FE.Outcomes.size() > 1))
        continue;
      PathState New = St;
      SmallVector<Pred, 4> Preds;
      bool Possible = true;
      for (const Pred &X : O.When) {
        Pred Y = X;
        Y.V = Pool.subst(X.V, Now);
        Possible &= simplifyPred(Pool, Y, Preds) != Truth::False;
      }
      SmallVector<Pred, 1> Ret;
      retPreds(O.Ret, resolve(Result, St), Ret);
      for (const Pred &X : Ret)
        Possible &= simplifyPred(Pool, X, Preds) != Truth::False;
      bool IsStale = false;
      if (!Possible || !assume(New, Preds, IsStale))
        continue;
      for (const HeldContext &H : O.Ended)
        end(New, H.Context, Pool.subst(H.Lock, Now), Idx);
      for (const HeldContext &H : O.Begun)
        begin(New, {H.Context, H.Sure, Pool.subst(H.Lock, Now), Idx});
      // A record that is returned stands for its address until it is stored.
      for (const ReturnedMember &X : O.Members) {
        VId Member =
            Pool.make(ValueKind::Load, Pool.make(ValueKind::Field, Result, X.Record, X.Field));
        if (New.Facts.size() < MaxFacts)
          addFact(New.Facts, {Member, X.Nonzero ? PredOp::Ne : PredOp::Eq, false, ~0ull, 0});
      }
      for (Pred X : O.Declared) {
        X.V = Pool.subst(X.V, Now);
        SmallVector<Pred, 2> Preds;
        if (simplifyPred(Pool, X, Preds) == Truth::False)
          Preds.assign(1, {Pool.constant(0), PredOp::Ne, false, ~0ull, 0});
        New.Declared.append(Preds.begin(), Preds.end());
      }
      Out.push_back(std::move(New));
      if (Out.size() > 32)
        break;
    }
  }
  if (!Out.empty())
    States = std::move(Out);
}

} // namespace gfpcheck
