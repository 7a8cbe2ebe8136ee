//===- ScopeUses.cpp - What a function does with scopes ----------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A scope is known by its token. The analysis takes any end for that of the scope that it
// fits best; here, after solving, it is asked whether the token was the right one, and
// where it goes.
//
//===----------------------------------------------------------------------===//

#include "FunctionAnalysisImpl.h"

using namespace llvm;

namespace gfpcheck {

// What a value is made of, also over the choices that a phi stands for.
SmallVector<VId, 8> FunctionAnalyzer::Impl::partsOf(VId V) {
  SmallVector<VId, 8> Out, Work{V};
  while (!Work.empty())
    Pool.rewrite(Work.pop_back_val(), VF_Param | VF_Opaque | VF_Memory, [&](VId X) {
      if (!is_contained(Out, X)) {
        Out.push_back(X);
        if (Pool.node(X).Kind == ValueKind::Phi && Pool.node(X).C)
          llvm::append_range(Work, Pool.operands(X));
      }
      return X;
    });
  return Out;
}

// Of which scope a value is the token, as the model says of the function that returned it, or
// as that does itself.
ContextId FunctionAnalyzer::Impl::savedBy(VId Token) {
  const VNode N = Pool.node(Token);
  if (N.Kind != ValueKind::Call)
    return NoContext;
  for (const Event &E : F->Events) {
    if (E.Kind != EventKind::Call || E.CallNo != N.A)
      continue;
    if (const FunctionModel *FM = S.ModelOf[P.calledEntity(Id, E)])
      for (const ContextOp &Op : FM->Ops)
        if (Op.Delta > 0 && Op.LockResult && isScope(Op.Context))
          return Op.Context;
    if (const FuncId G = P.directCallee(Id, E); G != NoFunc)
      for (ContextId C = 0; C != M.Contexts.size(); ++C)
        if (Sources->contains({G, C}))
          return C;
  }
  return NoContext;
}

// The token of a scope that is open; 0: none, or not known.
VId FunctionAnalyzer::Impl::tokenOf(const HeldContext &H) {
  if (H.Lock || H.Where == AtEntry)
    return H.Lock;
  const Event &E = F->Events[H.Where];
  return E.Kind == EventKind::Call ? Pool.make(ValueKind::Call, E.CallNo) : 0;
}

// Whether something is held that keeps other tasks away: a lock that its owner gives up
// and that nobody shares, or a transaction whose handle the object is.
bool FunctionAnalyzer::Impl::tied(const PathState &St, VId Object) const {
  return llvm::any_of(St.Held, [&](const HeldContext &H) {
    const ContextKind &C = M.Contexts[H.Context];
    switch (C.Class) {
    case ContextClass::Lock:
      return C.Owned && !C.Shared;
    case ContextClass::Atomic:
      return C.Named;
    case ContextClass::Holder:
      return C.Handle && H.Lock == Object;
    case ContextClass::Scope:
      return false;
    }
    return false;
  });
}

KeptToken &FunctionAnalyzer::Impl::keptToken(const HeldContext &H, VId Token) {
  for (KeptToken &K : Uses->Kept)
    if (K.Context == H.Context && K.Where == H.Where)
      return K;
  KeptToken K;
  K.Context = H.Context;
  K.Where = H.Where;
  K.Member = memberOf(Pool, Token);
  const VId Object = objectOf(Pool, Pool.node(Token).A);
  const VNode N = Pool.node(Object);
  if (N.Kind == ValueKind::Param) {
    K.Object = KeptToken::Of::Param;
    K.Param = N.A;
  } else if (N.Kind == ValueKind::Local) {
    K.Object = KeptToken::Of::Own;
  } else if (N.Kind == ValueKind::Call) {
    // New if who returned it allocates.
    for (EventIdx E = 0; E != F->Events.size(); ++E)
      if (F->Events[E].Kind == EventKind::Call && F->Events[E].CallNo == N.A)
        if (FuncId G = P.directCallee(Id, F->Events[E]); G != NoFunc)
          if (llvm::any_of(S.Effects[G].Atoms,
                           [](const Atom &A) { return A.Kind == AtomKind::Reclaim; }))
            K.Object = KeptToken::Of::Own;
  }
  SmallVector<StringRef, 8> Names;
  for (const Param &X : F->Params)
    Names.push_back(P.Units[Unit].str(X.Name));
  K.Name = Pool.print(Token, P, Names);
  Uses->Kept.push_back(std::move(K));
  return Uses->Kept.back();
}

void FunctionAnalyzer::Impl::noteScopeBegin(const PathState &St, const HeldContext &H) {
  if (!memberOf(Pool, H.Lock))
    return;
  KeptToken &K = keptToken(H, H.Lock);
  K.Tied &= tied(St, objectOf(Pool, Pool.node(H.Lock).A));
}

void FunctionAnalyzer::Impl::noteTokenStore(const PathState &St, const HeldContext &H) {
  const VId Object = objectOf(Pool, Pool.node(H.Lock).A);
  KeptToken &K = keptToken(H, H.Lock);
  K.Store = Here;
  K.Tied &= tied(St, Object);
  // A lock of the object: others get there.
  K.Released |= llvm::any_of(St.Held, [&](const HeldContext &L) {
    return isLock(L) && L.Lock && objectOf(Pool, L.Lock) == Object;
  });
}

void FunctionAnalyzer::Impl::addScopeFault(ScopeFault X) {
  X.Func = Id;
  for (const ScopeFault &Old : Uses->Faults)
    if (Old.What == X.What && Old.Context == X.Context && Old.Begin == X.Begin &&
        (X.What == ScopeFault::Kind::LeftOpen || Old.Where == X.Where))
      return;
  Uses->Faults.push_back(std::move(X));
}

void FunctionAnalyzer::Impl::noteScopeEnd(const PathState &St, ContextId C, VId Token,
                                          EventIdx Where) {
  ScopeFault X;
  X.Where = Where;
  X.Context = C;
  if (F->Events[Where].Kind == EventKind::Store) { // by hand
    for (const HeldContext &H : St.Held)
      if (H.Context == C && !H.Lock && F->Events[H.Where].Kind == EventKind::Store) {
        X.What = ScopeFault::Kind::Overwrites;
        X.Begin = H.Where;
        X.ByHand = true;
        addScopeFault(X);
      }
    return;
  }
  const VNode N = Pool.node(Token);
  const Event &E = F->Events[Where];
  // A variable that was never set.
  if (!Token && S.ModelOf[P.calledEntity(Id, E)] && E.ArgCount == 1 && !F->Operands[E.ArgBegin]) {
    X.What = ScopeFault::Kind::NoToken;
    addScopeFault(X);
    return;
  }
  if (N.Kind == ValueKind::Const) {
    // 0 ends nothing where nothing was begun.
    for (const HeldContext &H : St.Held)
      if (H.Context == C && savedBy(tokenOf(H)) == C) {
        X.What = ScopeFault::Kind::NoToken;
        X.Begin = H.Where;
        addScopeFault(X);
        return;
      }
    if (N.Imm) {
      X.What = ScopeFault::Kind::NoToken;
      addScopeFault(X);
    }
    return;
  }
  if (Token && Pool.contains(Token, VF_Memory, TaskFlags)) { // all bits of the task
    X.What = ScopeFault::Kind::NoToken;
    addScopeFault(X);
    return;
  }
  size_t I = 0;
  while (I != St.Held.size() && !(isScope(St.Held[I].Context) && Token && St.Held[I].Context == C &&
                                  tokenOf(St.Held[I]) == Token))
    ++I;
  const uint64_t Member = memberOf(Pool, Token);
  if (Member && !isLocal(Pool.node(Token).A)) {
    const bool Begun = I != St.Held.size() || find(St.Held, C, Token) != Npos;
    if (llvm::none_of(Uses->Taken, [&](const TakenToken &T) {
          return T.Context == C && T.Where == Where && T.Member == Member && T.Begun == Begun;
        }))
      Uses->Taken.push_back({C, Where, Member, Begun});
  }
  if (I != St.Held.size()) {
    for (size_t J = I + 1; J != St.Held.size(); ++J)
      if (St.Held[J].Context == C && savedBy(tokenOf(St.Held[J])) == C) {
        X.What = ScopeFault::Kind::Misnested;
        X.Begin = St.Held[I].Where;
        X.Inner = St.Held[J].Where;
        addScopeFault(X);
      }
    return;
  }
  if (const ContextId Saved = savedBy(Token); Saved != NoContext) {
    X.What = Saved == C ? ScopeFault::Kind::Again : ScopeFault::Kind::OtherKind;
    X.Other = Saved;
    for (EventIdx E = 0; E != F->Events.size(); ++E)
      if (F->Events[E].Kind == EventKind::Call && F->Events[E].CallNo == N.A)
        X.Begin = E;
    addScopeFault(X);
    return;
  }
}

// current->flags is written back as a whole. When it was read is not known.
void FunctionAnalyzer::Impl::noteFlagsBack(const PathState &St) {
  for (const HeldContext &H : St.Held)
    if (isScope(H.Context) && H.Sure && savedBy(tokenOf(H)) == H.Context) {
      ScopeFault X;
      X.What = ScopeFault::Kind::WritesBack;
      X.Where = Here;
      X.Context = H.Context;
      X.Begin = H.Where;
      addScopeFault(X);
    }
}

} // namespace gfpcheck
