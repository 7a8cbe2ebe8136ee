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
  Here = Idx;
  switch (E.Kind) {
  case EventKind::Return:
    for (PathState &St : States) {
      if (!Collecting)
        break;
      St.Ret = E.A ? choose(resolve(val(E.A), St), St) : 0;
      Exits.push_back(St);
      ExitAt.push_back(Idx);
      llvm::erase_if(Exits.back().Held, [](const HeldContext &H) { return H.Where == AtEntry; });
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

// Contexts that the caller began and this function is handed (Model::Possession), as an
// argument or as private data that it hands on as such.
void FunctionAnalyzer::Impl::enterPossession(PathState &St) {
  const TuSummary &U = P.Units[Unit];
  auto ContextOf = [&](StringRef Type) {
    auto It = M.Possession.find(Type);
    return It == M.Possession.end() ? NoContext : It->second;
  };
  for (uint32_t I = 0; I != F->Params.size(); ++I) {
    StringRef Type = U.str(F->Params[I].Type);
    ContextId C = ContextOf(Type);
    if (Type == "void *")
      for (const Event &E : F->Events) {
        if (C != NoContext || E.Kind != EventKind::Call || F->Values[E.A].Kind != ValueKind::Func)
          continue;
        FuncId G = P.resolve(P.EntityMap[Unit][F->Values[E.A].A], Id);
        for (uint32_t A = 0; G != NoFunc && A != E.ArgCount; ++A) {
          const Value &V = F->Values[F->Operands[E.ArgBegin + A]];
          const Function &Callee = P.function(G);
          if (V.Kind == ValueKind::Param && V.A == I && A < Callee.Params.size() && C == NoContext)
            C = ContextOf(P.Units[P.Functions[G].Unit].str(Callee.Params[A].Type));
        }
      }
    if (C != NoContext && St.Held.size() < MaxHeld)
      St.Held.push_back({C, true, Pool.make(ValueKind::Param, I), AtEntry});
  }
}

void FunctionAnalyzer::Impl::begin(PathState &St, const HeldContext &H) {
  if (Uses && Collecting && isScope(H.Context))
    noteScopeBegin(St, H);
  // A lock taken again at the same place (a loop over locks) is held once.
  for (const HeldContext &Old : St.Held)
    if (Old.same(H) && Old.Where == H.Where)
      return;
  // Taking back what the caller held.
  size_t I = find(St.Ended, H.Context, H.Lock);
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
  if (Uses && Collecting && isScope(C))
    noteScopeEnd(St, C, Lock, Where);
  size_t I = find(St.Held, C, Lock);
  if (I != Npos) {
    bool Callers = St.Held[I].Where == AtEntry;
    St.Held.erase(St.Held.begin() + I);
    if (!Callers)
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
  if (Op.ByTaskFlag) {
    const VNode N = Pool.node(Arg(Op.AmountArg));
    if (N.Kind != ValueKind::Const) { // a token, not flags: of what was begun last
      auto Last = llvm::find_if(llvm::reverse(St.Held),
                                [&](const HeldContext &H) { return S.TaskFlag[H.Context] != 0; });
      if (Op.Delta > 0 || Last == St.Held.rend())
        return;
      const EventIdx Begun = Last->Where;
      for (const HeldContext &H : HeldList(St.Held))
        if (H.Where == Begun && S.TaskFlag[H.Context])
          end(St, H.Context, 0, Idx);
      return;
    }
    for (ContextId I = 0; I != M.Contexts.size(); ++I) {
      if (!(S.TaskFlag[I] & N.Imm))
        continue;
      if (Op.Delta > 0)
        begin(St, {I, true, 0, Idx});
      else
        end(St, I, 0, Idx);
    }
    return;
  }
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
  VId Lock = Op.LockResult ? Pool.make(ValueKind::Call, F->Events[Idx].CallNo) : Arg(Op.LockArg);
  if (Op.Delta > 0) {
    begin(St, {C, true, Lock, Idx, Arg(Op.SubclassArg)});
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
  doOps(Idx, FM, Args, States);
}

// What a primitive begins and ends; on other results than those of FM.OpsWhen, nothing.
void FunctionAnalyzer::Impl::doOps(EventIdx Idx, const FunctionModel &FM, ArrayRef<VId> Args,
                                   StateList &States) {
  StateList Out;
  VId Result = Pool.make(ValueKind::Call, F->Events[Idx].CallNo);
  const Pred Ops = FM.OpsWhen == When::Pointer ? errorPointer(Result).negated()
                                               : Pred{Result, PredOp::Ne, false, ~0ull, 0};
  for (PathState &St : States) {
    if (FM.OpsWhen == When::Always) {
      for (const ContextOp &Op : FM.Ops)
        applyOp(Idx, Op, Args, St);
      Out.push_back(std::move(St));
      continue;
    }
    // What the body said of the result may have decided it.
    const Pred Happened = FM.OpsWhen == When::Zero ? Ops.negated() : Ops;
    const Truth Known = impliedBy(St.Facts, Happened);
    auto Learn = [&](PathState &To, const Pred &X) {
      if (impliedBy(To.Facts, X) == Truth::Unknown)
        addFact(To.Facts, X);
      if (FM.OpsWhen == When::Pointer)
        addFact(To.Facts, {Result, PredOp::Ne, false, ~0ull, 0});
    };
    if (Known != Truth::True) {
      PathState Not = St;
      Learn(Not, Happened.negated());
      Out.push_back(std::move(Not));
    }
    if (Known != Truth::False) {
      for (const ContextOp &Op : FM.Ops)
        applyOp(Idx, Op, Args, St);
      Learn(St, Happened);
      Out.push_back(std::move(St));
    }
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

// A callee that is given a local variable's address may have stored to it; what it stores
// through a gfp_t * is known (GfpResults).
void FunctionAnalyzer::Impl::forgetLocals(FuncId Callee, ArrayRef<VId> Args, StateList &States) {
  for (size_t I = 0; I != Args.size(); ++I) {
    if (Pool.node(Args[I]).Kind != ValueKind::Local)
      continue;
    if (Callee != NoFunc && I < P.function(Callee).Params.size() &&
        P.Units[P.Functions[Callee].Unit].str(P.function(Callee).Params[I].Type) == "gfp_t *")
      continue;
    for (PathState &St : States)
      llvm::erase_if(St.Locals, [&](const auto &X) { return Pool.node(X.first).A == Args[I]; });
  }
}

// The bits that a flag word made of constants may have, on whatever path; all: not known.
uint64_t FunctionAnalyzer::Impl::possibleBits(VId V, unsigned Depth) const {
  const VNode N = Pool.node(V);
  if (Depth > 12)
    return ~0ull;
  switch (N.Kind) {
  case ValueKind::Const:
    return N.Imm;
  case ValueKind::Or:
    return possibleBits(N.A, Depth + 1) | possibleBits(N.B, Depth + 1);
  case ValueKind::And:
    return possibleBits(N.A, Depth + 1) & possibleBits(N.B, Depth + 1);
  case ValueKind::Select:
    return possibleBits(N.B, Depth + 1) | possibleBits(N.C, Depth + 1);
  case ValueKind::Phi: {
    uint64_t Out = 0;
    for (VId O : Pool.operands(V))
      if (O != V)
        Out |= possibleBits(O, Depth + 1);
    return Out;
  }
  default:
    return ~0ull;
  }
}

// A direct call: what the callee does, then how it returns.
void FunctionAnalyzer::Impl::doBody(EventIdx Idx, FuncId G, ArrayRef<VId> Args, VId Result,
                                    StateList &States) {
  const FunctionEffects &FE = S.Effects[G];
  if (Collecting)
    for (const PathState &St : States) {
      composeAtoms(Idx, G, Args, St, Evidence::Certain, 1, false);
      for (uint32_t I = 0; I != FE.ParamCalls.size(); ++I)
        composeParamCall(Idx, G, I, Args, St);
      for (const GfpStore &X : FE.GfpStores)
        addGfpStore(resolve(Pool.subst(X.Address, Args), St),
                    resolve(Pool.subst(X.Value, Args), St));
    }
  applyOutcomes(Idx, FE, Args, Result, States);
  SmallVector<GfpStore, 2> Stores(FE.GfpResults.begin(), FE.GfpResults.end());
  llvm::copy_if(FE.GfpStores, std::back_inserter(Stores),
                [](const GfpStore &X) { return X.Always; });
  for (const GfpStore &X : Stores)
    for (PathState &St : States) {
      VId Loaded = Pool.make(ValueKind::Load, resolve(Pool.subst(X.Address, Args), St));
      VId Value = X.Value && X.Always ? resolve(Pool.subst(X.Value, Args), St) : 0;
      llvm::erase_if(St.Facts, [&](const Pred &Y) { return uses(Y.V, Loaded); });
      if (Pool.node(Loaded).Kind == ValueKind::Load)
        learnStored(Loaded, Value, St);
    }
}

void FunctionAnalyzer::Impl::doCall(EventIdx Idx, const Event &E, StateList &States) {
  if (E.Flags & EF_NoReturn) { // the path ends here; what a dying path does is no defect
    States.clear();
    return;
  }
  forgetResult(E, States);
  if (Collecting)
    noteScopes(Idx, States);
  SmallVector<VId, 6> Args;
  for (uint32_t I = 0; I != E.ArgCount; ++I)
    Args.push_back(val(F->Operands[E.ArgBegin + I]));
  VId Callee = val(E.A);
  if (Collecting && Calls)
    noteCall(Idx, Callee, Args, States);
  const VNode CN = Pool.node(Callee);
  const FunctionModel *FM = CN.Kind == ValueKind::Func ? S.ModelOf[CN.A] : nullptr;
  if (!FM || FM->TheRole == FunctionModel::Role::Primitive)
    forgetLocals(CN.Kind == ValueKind::Func ? P.resolve(CN.A, Id) : NoFunc, Args, States);

  if (CN.Kind == ValueKind::Func) {
    if (Collecting && S.ReclaimArg[CN.A] >= 0)
      for (const PathState &St : States)
        emitReclaim(Idx, S.ReclaimArg[CN.A], S.IsContract[CN.A], Args, St);
    FuncId G = P.resolve(CN.A, Id);
    if (FM) {
      if (FM->TheRole == FunctionModel::Role::Value && CallResult[E.CallNo] == ~0u) {
        NameId Special = P.findName(FM->Value);
        CallResult[E.CallNo] = FM->ValueArg >= 0
                                   ? (unsigned(FM->ValueArg) < Args.size() ? Args[FM->ValueArg] : 0)
                               : FM->Value == "current" ? Current
                                                        : Pool.special(Special);
      }
      if (FM->HasBody && G != NoFunc) {
        doBody(Idx, G, Args, Pool.make(ValueKind::Call, E.CallNo), States);
        doOps(Idx, *FM, Args, States);
      } else {
        doModelCall(Idx, *FM, Args, States);
      }
      return;
    }
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
    doBody(Idx, G, Args, Result, States);
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
          composeAtoms(Idx, G, Args, St, Direct.size() == 1 ? Evidence::Certain : Evidence::Several,
                       Direct.size(), true);
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
        composeAtoms(Idx, Set.Funcs[0], Args, St, Evidence::Certain, 1, true);
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
    const InterfaceAtoms &I = Ctx.interface(Set.Funcs, Set.Key);
    for (auto [G, Index] : I.Atoms) {
      bool Few = Set.Funcs.size() <= FewTargets ||
                 I.Having[unsigned(S.Effects[G].Atoms[Index].Kind)] * 2 >= I.Targets;
      composeAtom(G, Index, Args, St,
                  {Idx, G, Index, NoFunc, 0, Few ? Evidence::Several : Evidence::Guess, 1,
                   uint16_t(std::min<size_t>(Set.Funcs.size(), 0xffff)), true});
    }
    Out.push_back(std::move(St));
  }
  States = std::move(Out);
}

// The condition on which a contract's annotation sleeps holds for what follows.
void FunctionAnalyzer::Impl::declare(PathState &St, const FunctionEffects &FE, ArrayRef<VId> Args) {
  // might_sleep_if(): its only atom, besides what it reclaims.
  const Atom *Sleeps = nullptr;
  for (const Atom &A : FE.Atoms)
    if (A.Kind == AtomKind::Sleep && !A.Gone) {
      if (Sleeps)
        return;
      Sleeps = &A;
    }
  if (!Sleeps)
    return;
  auto G = substGuard(St, Sleeps->When, Args);
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
        return find(St.Held, H.Context, Pool.subst(H.Lock, Now)) != Npos;
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
      for (Pred X : O.Result) {
        X.V = resolve(Result, St);
        Ret.push_back(X);
      }
      for (const Pred &X : Ret)
        Possible &= simplifyPred(Pool, X, Preds) != Truth::False;
      bool IsStale = false;
      if (!Possible || !assume(New, Preds, IsStale))
        continue;
      for (const HeldContext &H : O.Ended)
        end(New, H.Context, Pool.subst(H.Lock, Now), Idx);
      for (const HeldContext &H : O.Begun) {
        VId Lock = Pool.subst(H.Lock, Now);
        // A scope whose token is kept nowhere is one whose token is returned.
        if (!Lock && M.Contexts[H.Context].Class == ContextClass::Scope)
          Lock = Pool.make(ValueKind::Call, F->Events[Idx].CallNo);
        begin(New, H.as(Lock, Pool.subst(H.Subclass, Now), Idx));
      }
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
