//===- ScopeExits.cpp - Scopes that are open when a function returns ---------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FunctionAnalysisImpl.h"

using namespace llvm;

namespace gfpcheck {

// Whether a call ends the scope with this argument as its token, however it returns.
bool FunctionAnalyzer::Impl::endsWith(const Event &E, uint32_t Arg, ContextId C) const {
  if (F->Values[E.A].Kind != ValueKind::Func)
    return false;
  const EntityId Ent = P.EntityMap[Unit][F->Values[E.A].A];
  if (const FunctionModel *FM = S.ModelOf[Ent])
    return llvm::any_of(FM->Ops, [&](const ContextOp &Op) {
      return Op.Delta < 0 &&
             (Op.LockArg == int(Arg) || (Op.ByTaskFlag && Op.AmountArg == int(Arg)));
    });
  const FuncId G = P.resolve(Ent, Id);
  if (G == NoFunc || S.Effects[G].Outcomes.empty())
    return false;
  return llvm::all_of(S.Effects[G].Outcomes, [&](const Outcome &O) {
    return llvm::any_of(O.Ended, [&](const HeldContext &H) {
      return H.Context == C && S.Pool.node(H.Lock).Kind == ValueKind::Param &&
             S.Pool.node(H.Lock).A == Arg;
    });
  });
}

// Where the token of a scope goes that is open when Ret is returned.
FunctionAnalyzer::Impl::Fate FunctionAnalyzer::Impl::fateOf(VId Token, ContextId C, VId Ret) {
  SmallVector<VId, 2> Kept; // local variables
  if (Pool.node(Token).Kind == ValueKind::Load)
    Kept.push_back(objectOf(Pool, Pool.node(Token).A));
  auto Has = [&](VId V, VId Part) { return is_contained(partsOf(V), Part); };
  bool Used = !Kept.empty();
  for (const Event &E : F->Events) {
    if (E.Kind == EventKind::Store && Has(val(E.B), Token)) {
      Used = true;
      if (!isLocal(val(E.A)))
        return Fate::Elsewhere;
      if (VId L = objectOf(Pool, val(E.A)); !is_contained(Kept, L))
        Kept.push_back(L);
    }
    if (E.Kind == EventKind::Return && E.A && Has(val(E.A), Token))
      Used = true;
    for (uint32_t I = 0; E.Kind == EventKind::Call && I != E.ArgCount; ++I)
      if (Has(val(F->Operands[E.ArgBegin + I]), Token)) {
        Used = true;
        if (!endsWith(E, I, C))
          return Fate::Elsewhere;
      }
  }
  if (Ret && Has(Ret, Token))
    return Fate::Returned;
  for (VId L : Kept) {
    if (Ret && Has(Ret, L))
      return Fate::Returned;
    auto Leads = [&](VId V) { // the variable's address, not what is in it
      return objectOf(Pool, V) == L;
    };
    for (const Event &E : F->Events) {
      if (E.Kind == EventKind::Store && Leads(val(E.B)))
        return Fate::Elsewhere;
      for (uint32_t I = 0; E.Kind == EventKind::Call && I != E.ArgCount; ++I)
        if (Leads(val(F->Operands[E.ArgBegin + I])) &&
            // That a callee ends it with what is in there would be known.
            (Pool.node(Token).Kind != ValueKind::Load || P.directCallee(Id, E) == NoFunc))
          return Fate::Elsewhere;
    }
  }
  return Used ? Fate::Lost : Fate::Discarded;
}

// Why a scope may be left open: the branch that leads past its end, and whether that may be
// decided by what decides whether the scope begins.
void FunctionAnalyzer::Impl::explainLeftOpen(ScopeFault &X) {
  const size_t N = F->Blocks.size();
  std::vector<uint32_t> BlockOf(F->Events.size(), 0);
  SmallBitVector Ends(N);
  for (uint32_t B = 0; B != N; ++B)
    for (uint32_t I = 0; I != F->Blocks[B].EventCount; ++I) {
      const EventIdx E = F->Blocks[B].EventBegin + I;
      BlockOf[E] = B;
      if (F->Events[E].Kind == EventKind::Call)
        for (uint32_t A = 0; A != F->Events[E].ArgCount; ++A)
          if (endsWith(F->Events[E], A, X.Context))
            Ends.set(B);
      if (X.ByHand && F->Events[E].Kind == EventKind::Store && E != X.Begin &&
          Pool.make(ValueKind::Load, val(F->Events[E].A)) == TaskFlags)
        Ends.set(B);
    }
  // Blocks from which From is reached, or that are reached from there.
  auto Reach = [&](SmallBitVector From, bool Backwards, bool Loops, bool ThroughEnds = true) {
    for (bool Changed = true; Changed;) {
      Changed = false;
      for (uint32_t K = 0; K != N; ++K) {
        const uint32_t B = Backwards ? N - 1 - K : K;
        for (uint32_t I = 0; I != F->Blocks[B].EdgeCount; ++I) {
          const Edge &E = F->Edges[F->Blocks[B].EdgeBegin + I];
          const uint32_t Source = Backwards ? E.Target : B, Target = Backwards ? B : E.Target;
          if ((E.BackEdge && !Loops) || !From.test(Source) || From.test(Target) ||
              (!ThroughEnds && Ends.test(Source)))
            continue;
          From.set(Target);
          Changed = true;
        }
      }
    }
    return From;
  };
  auto Only = [&](uint32_t B) {
    SmallBitVector Out(N);
    Out.set(B);
    return Out;
  };
  Ends.reset(BlockOf[X.Begin]); // an end before the beginning is another scope's
  const SmallBitVector BeforeEnd = Reach(Ends, true, true);
  const SmallBitVector After = Reach(Only(BlockOf[X.Begin]), false, true, false);
  const SmallBitVector Before = Reach(Only(BlockOf[X.Begin]), true, false);
  const SmallBitVector ToExit = Reach(Only(BlockOf[X.Where]), true, true);
  SmallVector<VId, 8> Leaves; // what the conditions are made of on which it begins
  auto IsLeaf = [&](VId V) {
    const ValueKind K = Pool.node(V).Kind;
    return K == ValueKind::Load || K == ValueKind::Param || K == ValueKind::Call ||
           K == ValueKind::Phi;
  };
  for (uint32_t B = 0; B != N; ++B) {
    bool Some = false, Not = false;
    for (uint32_t I = 0; I != F->Blocks[B].EdgeCount; ++I)
      (Before.test(F->Edges[F->Blocks[B].EdgeBegin + I].Target) ? Some : Not) = true;
    if (Some && Not && F->Blocks[B].Cond)
      llvm::copy_if(partsOf(val(F->Blocks[B].Cond)), std::back_inserter(Leaves), IsLeaf);
  }
  for (uint32_t B = 0; B != N; ++B)
    for (uint32_t I = 0; I != F->Blocks[B].EdgeCount; ++I) {
      const Edge &E = F->Edges[F->Blocks[B].EdgeBegin + I];
      if (!After.test(B) || !BeforeEnd.test(B) || Ends.test(B) || BeforeEnd.test(E.Target) ||
          !ToExit.test(E.Target))
        continue;
      const bool Correlated = llvm::any_of(partsOf(val(F->Blocks[B].Cond)),
                                           [&](VId V) { return is_contained(Leaves, V); });
      if (X.Branch && (Correlated || !X.Correlated))
        continue;
      X.Branch = F->Blocks[B].Line;
      X.Correlated = Correlated;
    }
}

void FunctionAnalyzer::Impl::noteLeftOpen(const HeldContext &H, EventIdx Exit, VId Ret) {
  const Event &Begin = F->Events[H.Where];
  ScopeFault X;
  X.Where = Exit;
  X.Context = H.Context;
  X.Begin = H.Where;
  if (Begin.Kind == EventKind::Store) {
    // Set for the rest of the task's life, or cleared on other paths only?
    X.ByHand = true;
    if (flagsAreSaved() || llvm::none_of(Uses->Faults, [&](const ScopeFault &O) {
          return O.What == ScopeFault::Kind::Overwrites && O.Begin == H.Where;
        }))
      return;
  } else {
    const VId Token = tokenOf(H);
    const VNode N = Pool.node(Token);
    if (N.Kind != ValueKind::Call && !(N.Kind == ValueKind::Load && isLocal(N.A)))
      return;
    // Of a function that begins a scope and returns something else.
    const FuncId G = P.directCallee(Id, Begin);
    const FunctionModel *FM = S.ModelOf[P.calledEntity(Id, Begin)];
    const bool Model = FM && FM->TheRole == FunctionModel::Role::Primitive;
    if (N.Kind == ValueKind::Call && !Model && (G == NoFunc || !Sources->contains({G, H.Context})))
      return;
    switch (fateOf(Token, H.Context, Ret)) {
    case Fate::Elsewhere:
      return;
    case Fate::Returned:
      if (!is_contained(Uses->Returned, H.Context))
        Uses->Returned.push_back(H.Context);
      return;
    case Fate::Discarded:
      X.Discarded = true;
      break;
    case Fate::Lost: // by a callee in a variable of ours
      X.Member = Model || N.Kind == ValueKind::Call || Sources->contains({G, H.Context})
                     ? 0
                     : memberOf(Pool, Token);
      break;
    }
  }
  explainLeftOpen(X);
  addScopeFault(X);
}

// Whether the function looks at current->flags for more than to set and clear bits.
bool FunctionAnalyzer::Impl::flagsAreSaved() {
  auto Has = [&](ValueId V) {
    return V && (val(V) == TaskFlags || Pool.contains(val(V), VF_Memory, TaskFlags));
  };
  for (const Block &B : F->Blocks)
    if (Has(B.Cond))
      return true;
  for (const Event &E : F->Events) {
    if (E.Kind == EventKind::Call)
      for (uint32_t I = 0; I != E.ArgCount; ++I)
        if (Has(F->Operands[E.ArgBegin + I]))
          return true;
    if (E.Kind == EventKind::Return && Has(E.A))
      return true;
    if (E.Kind != EventKind::Store || !Has(E.B))
      continue;
    if (Pool.make(ValueKind::Load, val(E.A)) != TaskFlags)
      return true;
    const VNode V = Pool.node(val(E.B));
    if ((V.Kind != ValueKind::Or && V.Kind != ValueKind::And) || V.A != TaskFlags ||
        Pool.node(V.B).Kind != ValueKind::Const)
      return true;
  }
  return false;
}

void FunctionAnalyzer::Impl::noteScopeExits() {
  for (size_t I = 0; I != Exits.size(); ++I) {
    const PathState &St = Exits[I];
    for (const HeldContext &H : St.Held) {
      if (!isScope(H.Context) || !H.Sure)
        continue;
      const uint64_t Member = memberOf(Pool, H.Lock);
      if (Member && !isLocal(Pool.node(H.Lock).A)) {
        KeptToken &K = keptToken(H, H.Lock);
        K.Open = true;
        K.TiedAfter &= tied(St, objectOf(Pool, Pool.node(H.Lock).A));
      } else {
        noteLeftOpen(H, ExitAt[I], St.Ret);
      }
    }
  }
  if (Exits.empty())
    return;
  for (const HeldContext &H : Exits.front().Held) {
    const uint64_t Member = memberOf(Pool, H.Lock);
    const bool ByHand = !H.Lock && F->Events[H.Where].Kind == EventKind::Store;
    if (!isScope(H.Context) || (!Member && !ByHand) || (Member && isLocal(Pool.node(H.Lock).A)))
      continue;
    if (llvm::all_of(Exits,
                     [&](const PathState &St) {
                       return llvm::any_of(St.Held, [&](const HeldContext &O) {
                         return O.Context == H.Context &&
                                (Member ? memberOf(Pool, O.Lock) == Member : !O.Lock);
                       });
                     }) &&
        !(ByHand && flagsAreSaved()))
      Uses->Open.push_back({H.Context, H.Where, Member});
  }
}

// What another fault says, too: a token that was given to the wrong function is not lost.
void FunctionAnalyzer::Impl::dropExplained() {
  auto &Faults = Uses->Faults;
  using Kind = ScopeFault::Kind;
  const bool Saved = flagsAreSaved();
  SmallVector<EventIdx, 2> Given, Left;
  auto Instead = [&](const ScopeFault &X) { // of a token that nobody looks at
    return X.Discarded && llvm::any_of(Faults, [&](const ScopeFault &O) {
             return O.What == Kind::NoToken && O.Context == X.Context && O.Begin == ~0u;
           });
  };
  for (const ScopeFault &X : Faults) {
    if (X.What == Kind::OtherKind || X.What == Kind::NoToken)
      Given.push_back(X.Begin);
    if (X.What == Kind::LeftOpen)
      Left.push_back(X.Begin);
  }
  std::vector<ScopeFault> Kept;
  llvm::copy_if(Faults, std::back_inserter(Kept), [&](const ScopeFault &X) {
    if (X.What == Kind::LeftOpen)
      return !is_contained(Given, X.Begin) && !Instead(X);
    return X.What != Kind::Overwrites || !(Saved || is_contained(Left, X.Begin));
  });
  Faults = std::move(Kept);
}

ScopeUse FunctionAnalyzer::Impl::scopes(FuncId Func, const TokenSources &Known) {
  ScopeUse Out;
  Sources = &Known;
  Uses = &Out;
  analyze(Func);
  noteScopeExits();
  dropExplained();
  Uses = nullptr;
  return Out;
}

} // namespace gfpcheck
