//===- Atoms.cpp - What sleeps or reclaims, under which condition -*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FunctionAnalysisImpl.h"

using namespace llvm;

namespace gfpcheck {

Truth FunctionAnalyzer::Impl::contextTruth(const Pred &X, ArrayRef<HeldContext> Held) const {
  if (X.V == TaskFlags && X.C == 0 && (X.Op == PredOp::Eq || X.Op == PredOp::Ne)) {
    for (const HeldContext &H : Held)
      if (uint64_t(S.TaskFlag[H.Context]) & X.Mask)
        return X.Op == PredOp::Ne ? Truth::True : Truth::False;
    return Truth::Unknown;
  }
  for (const HeldContext &H : Held)
    if (Truth T = truthInContext(Pool, P, M.Contexts[H.Context], X); T != Truth::Unknown)
      return T;
  return Truth::Unknown;
}

// A phi whose choice is not known (masks changed on the way: gfp |= …; gfp &= …): the one
// value that \p Bits can come from, 0 if they are cleared in all, \p V if that does not
// say. A condition "set" on the result is then necessary for the same on \p V.
VId FunctionAnalyzer::Impl::sourceOfBits(VId V, uint64_t Bits) {
  if (Bits & (Bits - 1))
    return V;
  VId Inner = V;
  for (;;) { // what is done to the phi as a whole
    const VNode X = Pool.node(Inner);
    if ((X.Kind != ValueKind::And && X.Kind != ValueKind::Or) ||
        Pool.node(X.B).Kind != ValueKind::Const)
      break;
    if (bool(uint64_t(Pool.node(X.B).Imm) & Bits) != (X.Kind == ValueKind::And))
      return X.Kind == ValueKind::And ? Pool.constant(0) : V;
    Inner = X.A;
  }
  const VNode N = Pool.node(Inner);
  if (N.Kind != ValueKind::Phi || !N.C)
    return V;
  SmallVector<ValueId, 16> Work{N.C - 1};
  llvm::SmallDenseSet<ValueId, 16> Seen;
  VId Source = 0;
  while (!Work.empty()) {
    const ValueId Id = Work.pop_back_val();
    if (!Seen.insert(Id).second)
      continue;
    const Value &X = F->Values[Id];
    switch (X.Kind) {
    case ValueKind::Phi: {
      ArrayRef<ValueId> Operands(F->Operands.data() + X.A, X.B);
      if (!is_contained(Operands, 0u)) {
        Work.append(Operands.begin(), Operands.end());
        continue;
      }
      // What a loop carries is known by the moves on its edges.
      bool Any = false;
      for (const Move &Mv : F->Moves)
        if (Mv.Phi == Id) {
          Work.push_back(Mv.From);
          Any = true;
        }
      if (!Any)
        return V;
      continue;
    }
    case ValueKind::Select:
      Work.append({X.B, X.C});
      continue;
    case ValueKind::And:
    case ValueKind::Or:
      if (F->Values[X.B].Kind != ValueKind::Const)
        return V;
      if (bool(uint64_t(F->Values[X.B].Imm) & Bits) == (X.Kind == ValueKind::And))
        Work.push_back(X.A);
      else if (X.Kind == ValueKind::Or)
        return V;
      continue;
    case ValueKind::Const:
      if (uint64_t(X.Imm) & Bits)
        return V;
      continue;
    case ValueKind::Unknown:
      return V;
    default:
      if (Source && Source != val(Id))
        return V;
      Source = val(Id);
    }
  }
  return Source ? Source : Pool.constant(0);
}

// Whether a mask has these bits whatever else is in it.
bool FunctionAnalyzer::Impl::surelyHas(VId V, uint64_t Bits) const {
  const VNode N = Pool.node(V);
  switch (N.Kind) {
  case ValueKind::Const:
    return Bits && (uint64_t(N.Imm) & Bits) == Bits;
  case ValueKind::Or:
    return surelyHas(N.A, Bits) || surelyHas(N.B, Bits);
  case ValueKind::And:
    return surelyHas(N.A, Bits) && surelyHas(N.B, Bits);
  case ValueKind::Select:
    return surelyHas(N.B, Bits) && surelyHas(N.C, Bits);
  default:
    return false;
  }
}

std::optional<FunctionAnalyzer::Impl::Substituted>
FunctionAnalyzer::Impl::substGuard(const PathState &St, ArrayRef<Pred> When, ArrayRef<VId> Args) {
  Substituted G;
  for (const Pred &X : When) {
    Pred Y = X;
    Y.V = resolve(Pool.subst(X.V, Args), St);
    if (Y.Op == PredOp::Ne && Y.C == 0)
      Y.V = sourceOfBits(Y.V, Y.Mask);
    SmallVector<Pred, 4> Preds;
    Truth T = simplifyPred(Pool, Y, Preds);
    if (T == Truth::False)
      return std::nullopt;
    if (T == Truth::True)
      continue;
    if (Preds.empty())
      G.GaveUp = true;
    for (const Pred &Z : Preds) {
      Truth Known = contextTruth(Z, St.Held);
      if (Known == Truth::Unknown)
        Known = impliedBy(St.Facts, Z);
      if (Known == Truth::False)
        return std::nullopt;
      if (Known == Truth::Unknown)
        addFact(G.When, Z);
    }
  }
  return G;
}

bool FunctionAnalyzer::Impl::matters(ContextId C, AtomKind K) const {
  const ContextKind &X = M.Contexts[C];
  switch (X.Class) {
  case ContextClass::Scope:
    return X.prevents(K) || X.forbids(K);
  case ContextClass::Lock:
    return isReclaimLevel(K);
  case ContextClass::Atomic: // what may sleep is not done there, reclaim included
    return true;
  default:
    return X.forbids(K);
  }
}

HeldList FunctionAnalyzer::Impl::holding(ArrayRef<HeldContext> Held, AtomKind K) const {
  HeldList Out;
  for (const HeldContext &H : Held)
    if (M.Contexts[H.Context].forbids(K))
      Out.push_back(H);
  return Out;
}

HeldList FunctionAnalyzer::Impl::locks(ArrayRef<HeldContext> Held) const {
  HeldList Out;
  llvm::copy_if(Held, std::back_inserter(Out), [&](const HeldContext &H) { return isLock(H); });
  return Out;
}

uint8_t FunctionAnalyzer::Impl::prevented(ArrayRef<HeldContext> Held, ArrayRef<Pred> Facts) const {
  uint8_t Out = 0;
  for (const HeldContext &H : Held)
    Out |= M.Contexts[H.Context].Prevents;
  if (llvm::none_of(Facts, [&](const Pred &X) { return X.V == TaskFlags; }))
    return Out;
  for (ContextId C = 0; C != M.Contexts.size(); ++C)
    if (int64_t Flag = S.TaskFlag[C])
      if (impliedBy(Facts, {TaskFlags, PredOp::Ne, false, uint64_t(Flag), 0}) == Truth::True)
        Out |= M.Contexts[C].Prevents;
  return Out;
}

// A call of a function that may enter direct reclaim with the mask it is given. Who reclaims
// without an allocation may well fail: __GFP_NOFAIL is for allocators to honour.
void FunctionAnalyzer::Impl::emitReclaim(EventIdx Idx, unsigned Arg, bool Allocates,
                                         ArrayRef<VId> Args, const PathState &St) {
  if (Arg >= Args.size() || !S.DirectReclaim)
    return;
  VId Mask = Pool.make(ValueKind::Param, Arg);
  for (AtomKind K : {AtomKind::Reclaim, AtomKind::Io, AtomKind::Fs, AtomKind::NoFail}) {
    if (K == AtomKind::NoFail && !(Allocates && S.LevelBit[unsigned(K)]))
      continue;
    Guard When;
    for (int64_t Bit : {S.DirectReclaim, S.LevelBit[unsigned(K)]})
      When.push_back({Mask, PredOp::Ne, false, uint64_t(Bit), 0});
    auto G = substGuard(St, When, Args);
    if (!G || (K == AtomKind::NoFail && !asksNoFail(G->When)))
      continue;
    Link L{Idx};
    L.Kind = K;
    L.Gfp = resolve(Args[Arg], St);
    emit(St, *G, HeldList(St.Held), {}, {}, L, {NoFunc, 0});
  }
}

// Whether __GFP_NOFAIL is asked for where \p When holds: a caller is to say so, or has said it.
bool FunctionAnalyzer::Impl::asksNoFail(ArrayRef<Pred> When) const {
  return llvm::none_of(When, [&](const Pred &X) {
    return X.Mask == uint64_t(S.LevelBit[unsigned(AtomKind::NoFail)]) &&
           Pool.node(X.V).Kind != ValueKind::Param;
  });
}

void FunctionAnalyzer::Impl::composeAtoms(EventIdx Idx, FuncId Callee, ArrayRef<VId> Args,
                                          const PathState &St, Evidence How, uint16_t Fanout,
                                          bool Indirect) {
  for (uint32_t I = 0; I != S.Effects[Callee].Atoms.size(); ++I)
    composeAtom(Callee, I, Args, St, {Idx, Callee, I, NoFunc, 0, How, 1, Fanout, Indirect});
}

void FunctionAnalyzer::Impl::composeAtom(FuncId Callee, uint32_t Index, ArrayRef<VId> Args,
                                         const PathState &St, Link L) {
  const Atom &A = S.Effects[Callee].Atoms[Index];
  if (A.Gone)
    return;
  auto G = substGuard(St, A.When, Args);
  if (!G || (A.Kind == AtomKind::NoFail && (L.How == Evidence::Guess || !asksNoFail(G->When))))
    return;
  HeldList Held(St.Held), Ended, Inside;
  for (const HeldContext &E : A.Ended) {
    VId Lock = Pool.subst(E.Lock, Args);
    size_t I = find(Held, E.Context, Lock);
    if (I != Npos)
      Held.erase(Held.begin() + I);
    else
      Ended.push_back({E.Context, true, Lock, L.Where});
  }
  for (const HeldContext &H : A.Inside)
    Inside.push_back(H.as(Pool.subst(H.Lock, Args), Pool.subst(H.Subclass, Args), L.Where));
  L.How = std::max(L.How, A.How);
  L.Depth = A.Depth + 1;
  L.Fanout = std::max(L.Fanout, A.Fanout);
  L.Conditions = A.Conditions;
  L.Kind = A.Kind;
  L.Prevented = A.Prevented;
  L.NoLockdep = A.NoLockdep;
  L.Fresh = A.Fresh;
  L.Gfp = resolve(Pool.subst(A.Gfp, Args), St);
  emit(St, *G, std::move(Held), std::move(Ended), Inside, L, {Callee, Index});
}

void FunctionAnalyzer::Impl::composeParamCall(EventIdx Idx, FuncId Callee, uint32_t Call,
                                              ArrayRef<VId> Args, const PathState &St) {
  const ParamCall PC = S.Effects[Callee].ParamCalls[Call];
  if (PC.Gone)
    return;
  SmallVector<VId, 6> Now;
  for (VId A : Args)
    Now.push_back(resolve(A, St));
  VId Fn = Pool.subst(PC.Fn, Now);
  auto G = substGuard(St, PC.When, Now);
  if (!G)
    return;
  SmallVector<FuncId, 4> Targets;
  const VNode N = Pool.node(Fn);
  if (N.Kind == ValueKind::Func) {
    FuncId T = P.resolve(N.A, Id);
    if (T != NoFunc)
      Targets.push_back(T);
  } else {
    CalleeSet Set = indirectCallees(P, M, Pool, Fn);
    if (Set.Funcs.size() <= FewTargets)
      Targets.append(Set.Funcs.begin(), Set.Funcs.end());
    if (Targets.empty() && !Set.Deferred && (N.Flags & VF_Param) &&
        R.Effects.ParamCalls.size() < MaxParamCalls && PC.Depth < 6) {
      ParamCall Up;
      Up.Fn = S.Pool.import(Fn, Pool);
      if (!Up.Fn)
        return;
      for (VId A : PC.Args)
        Up.Args.push_back(S.Pool.import(Pool.subst(A, Now), Pool));
      Up.When = exportFacts(St, G->When);
      HeldList Here(St.Held);
      for (const HeldContext &E : PC.Ended)
        if (size_t J = find(Here, E.Context, Pool.subst(E.Lock, Now)); J != Npos)
          Here.erase(Here.begin() + J);
      for (const HeldContext &H : PC.Inside)
        Up.Inside.push_back(H.as(S.Pool.import(Pool.subst(H.Lock, Now), Pool),
                                 S.Pool.import(Pool.subst(H.Subclass, Now), Pool), H.Where));
      // One context is enough to report; a scope counts wherever it is opened.
      for (const HeldContext &H : Here)
        if (PC.Inside.empty() || M.Contexts[H.Context].Class == ContextClass::Scope)
          Up.Inside.push_back(
              H.as(S.Pool.import(H.Lock, Pool), S.Pool.import(H.Subclass, Pool), H.Where));
      Up.Ended = exportHeld(St.Ended, Idx);
      Up.Where = Idx;
      Up.Callee = Callee;
      Up.CalleeCall = Call;
      Up.Depth = PC.Depth + 1;
      auto Same = [&](const ParamCall &O) {
        return O.Fn == Up.Fn && O.Where == Idx && O.Callee == Callee && O.CalleeCall == Call;
      };
      if (llvm::none_of(R.Effects.ParamCalls, Same))
        R.Effects.ParamCalls.push_back(std::move(Up));
      return;
    }
  }
  SmallVector<VId, 6> TargetArgs;
  for (VId A : PC.Args)
    TargetArgs.push_back(Pool.subst(A, Now));
  for (FuncId T : Targets) {
    for (uint32_t I = 0; I != S.Effects[T].Atoms.size(); ++I) {
      const Atom &A = S.Effects[T].Atoms[I];
      if (A.Gone)
        continue;
      if (prevented(PC.Inside, {}) >> unsigned(A.Kind) & 1)
        continue;
      // What the target's conditions say inside the callee, where PC.Inside holds.
      PathState Deep = St;
      for (const HeldContext &H : PC.Inside)
        if (Deep.Held.size() < MaxHeld)
          Deep.Held.push_back(H.as(Pool.subst(H.Lock, Now), Pool.subst(H.Subclass, Now), Idx));
      for (const Pred &X : G->When)
        if (Deep.Facts.size() < MaxFacts)
          addFact(Deep.Facts, X);
      auto GT = substGuard(Deep, A.When, TargetArgs);
      if (!GT)
        continue;
      HeldList Held(St.Held), Inside, Locks;
      for (const HeldContext &H : holding(PC.Inside, A.Kind))
        Inside.push_back(H.as(Pool.subst(H.Lock, Now), Pool.subst(H.Subclass, Now), Idx));
      if (isReclaimLevel(A.Kind))
        for (const HeldContext &H : locks(PC.Inside))
          Locks.push_back(H.as(Pool.subst(H.Lock, Now), Pool.subst(H.Subclass, Now), Idx));
      auto Remove = [&](ContextId C, VId Lock) {
        if (size_t K = find(Inside, C, Lock); K != Npos)
          Inside.erase(Inside.begin() + K);
        else if (size_t I = find(Locks, C, Lock); I != Npos)
          Locks.erase(Locks.begin() + I);
        else if (size_t J = find(Held, C, Lock); J != Npos)
          Held.erase(Held.begin() + J);
        else
          return false;
        return true;
      };
      HeldList Ended;
      for (const HeldContext &E : PC.Ended)
        if (size_t J = find(Held, E.Context, Pool.subst(E.Lock, Now)); J != Npos)
          Held.erase(Held.begin() + J);
      for (const HeldContext &E : A.Ended) {
        VId Lock = Pool.subst(E.Lock, TargetArgs);
        if (!Remove(E.Context, Lock))
          Ended.push_back({E.Context, true, Lock, Idx});
      }
      Link L{Idx,
             Callee,
             Call,
             T,
             I,
             std::max(A.How, Targets.size() == 1 ? Evidence::Certain : Evidence::Several),
             uint16_t(A.Depth + PC.Depth + 1),
             uint16_t(Targets.size()),
             false,
             A.Conditions,
             A.Kind,
             Pool.subst(A.Gfp, TargetArgs),
             A.Prevented};
      if (!Locks.empty() && A.Inside.empty())
        emit(St, *GT, {}, Ended, Locks, L, {NoFunc, 0});
      emit(St, *GT, std::move(Held), std::move(Ended), Inside, L, {NoFunc, 0});
    }
  }
}

// What conditions of a callee that nothing here decides count for. A flag in memory that
// it tests is often the very one that says whether sleeping is allowed. Whether reclaim is
// allowed is said by GFP and task flags only, which are understood.
unsigned FunctionAnalyzer::Impl::undecided(ArrayRef<Pred> When, AtomKind K) const {
  if (K != AtomKind::Sleep)
    return llvm::any_of(When, [&](const Pred &X) { return X.V != TaskFlags && !isGfpMemory(X.V); });
  if (When.empty())
    return 0;
  bool Flag = llvm::any_of(When, [&](const Pred &X) {
    const VNode &N = Pool.node(X.V);
    return N.Kind == ValueKind::Load && (N.Flags & VF_Memory);
  });
  return Flag ? FlagWeight : 1;
}

// Whether the mask is, or is made from, one that the caller gave: with it came the right
// to allocate.
bool FunctionAnalyzer::Impl::givenMask(VId Gfp) {
  for (uint32_t I = 0; Gfp && I != F->Params.size(); ++I)
    if (P.Units[Unit].str(F->Params[I].Type) == "gfp_t" &&
        Pool.contains(Gfp, VF_Param, Pool.make(ValueKind::Param, I)))
      return true;
  return false;
}

// \p V, an address or a load, with the object that only this function knows, if it is
// one's, as some object: "<object>->i_mapping->gfp_mask".
VId FunctionAnalyzer::Impl::ofSomeObject(VId V) {
  const VNode N = Pool.node(V);
  if (!(N.Flags & VF_Opaque))
    return V;
  switch (N.Kind) {
  case ValueKind::Field:
    return Pool.make(ValueKind::Field, ofSomeObject(N.A), N.B, N.C);
  case ValueKind::Load:
    // What it points to, where that has a name of its own.
    if (Pool.node(N.A).Kind == ValueKind::Field)
      return Pool.make(ValueKind::Load, ofSomeObject(N.A));
    return AnyObject;
  default:
    return AnyObject;
  }
}

// GFP flags in a member of an object that only this function knows: of some object.
void FunctionAnalyzer::Impl::forgetObjects(Guard &When) {
  for (Pred &X : When)
    if (isGfpMemory(X.V))
      X.V = ofSomeObject(X.V);
  llvm::sort(When);
}

void FunctionAnalyzer::Impl::report(const PathState &St, Atom A, const Guard &Undecided,
                                    ArrayRef<HeldContext> Held, ArrayRef<HeldContext> Inside,
                                    std::pair<FuncId, uint32_t> Origin) {
  Defect D;
  D.Func = Id;
  D.InCallee = Held.empty();
  ArrayRef<HeldContext> From = D.InCallee ? Inside : Held;
  // Name a lock where one is held: it says more than "interrupts disabled". What was
  // begun here says more than what the caller handed over.
  auto Best = llvm::find_if(From, [&](const HeldContext &H) {
    return M.Contexts[H.Context].Named ||
           (A.Kind != AtomKind::Sleep && H.Where != AtEntry && H.Sure);
  });
  D.Held = Best == From.end() ? From.front() : *Best;
  if (llvm::none_of(From, [](const HeldContext &H) { return H.Sure; }))
    A.How = std::max(A.How, Evidence::Several);
  A.Conditions += undecided(Undecided, A.Kind);
  if (Origin.first != NoFunc && !Inside.empty())
    R.Decided.push_back(Origin);
  describeLock(D, Pool, P, Id); // while the scratch values still exist
  D.Held.Lock = S.Pool.import(D.Held.Lock, Pool);
  D.Held.Subclass = S.Pool.import(D.Held.Subclass, Pool);
  A.Inside = exportHeld(Inside, A.Where);
  for (Pred X : Undecided)
    if (isGfpMemory(X.V) && (X.V = S.Pool.import(X.V, Pool)))
      D.Memory.push_back(X);
  D.Chain = std::move(A);
  R.Defects.push_back(std::move(D));
}

void FunctionAnalyzer::Impl::emit(const PathState &St, const Substituted &Callee, HeldList AllHeld,
                                  HeldList Ended, const HeldList &Inside, const Link &L,
                                  std::pair<FuncId, uint32_t> Origin) {
  Substituted G = Callee;
  if (L.Kind == AtomKind::Sleep) {
    for (const Guard *Declared : {&St.Declared, &St.DeclaredHere})
      for (const Pred &X : *Declared) {
        if (Pool.node(X.V).Kind == ValueKind::Const)
          return;
        Truth T = contextTruth(X, AllHeld);
        if (T == Truth::Unknown)
          T = impliedBy(St.Facts, X);
        if (T == Truth::False)
          return;
        if (T == Truth::Unknown && !is_contained(G.When, X))
          addFact(G.When, X);
      }
  } else {
    // What would reclaim in atomic context would sleep there: a bug of its own, and reported
    // as such.
    if (llvm::any_of(AllHeld, [&](const HeldContext &H) {
          return M.Contexts[H.Context].Class == ContextClass::Atomic && H.Sure;
        }))
      return;
    // An allocator has declared with which mask it reclaims; what it does later is that.
    if (!St.Declared.empty() || (prevented(AllHeld, St.Facts) >> unsigned(L.Kind) & 1))
      return;
    // Nested in a transaction of the caller's: whatever that brings with it, a scope
    // too, is not seen here. The same code is judged where it begins its own.
    for (auto [Member, C] : TaskMemberLoads)
      if (isReclaimLevel(L.Kind) &&
          impliedBy(St.Facts, {Member, PredOp::Ne, false, ~0ull, 0}) == Truth::True &&
          llvm::none_of(AllHeld, [C = C](const HeldContext &H) { return H.Context == C; }))
        return;
    forgetObjects(G.When);
  }
  Atom A;
  A.Kind = L.Kind;
  A.Prevented = L.Prevented;
  A.Fresh = L.Fresh;
  A.NoLockdep = L.NoLockdep || (L.Kind != AtomKind::Sleep && surelyHas(L.Gfp, S.NoLockdep));
  if (L.Kind != AtomKind::Sleep)
    A.Prevented |= prevented(AllHeld, St.Facts);
  A.Gfp = S.Pool.import(
      L.Kind == AtomKind::Sleep ? 0 : sourceOfBits(L.Gfp, S.LevelBit[unsigned(L.Kind)]), Pool);
  A.Where = L.Where;
  A.Callee = L.Callee;
  A.CalleeAtom = L.CalleeAtom;
  A.Target = L.Target;
  A.TargetAtom = L.TargetAtom;
  A.Depth = L.Depth;
  A.Fanout = L.Fanout;
  A.Indirect = L.Indirect;
  A.Conditions = L.Conditions;
  // Of a mask that is not known at all nothing can be said.
  const Evidence Unknown = L.Kind == AtomKind::Sleep ? Evidence::Several : Evidence::Guess;
  A.How = G.GaveUp ? std::max(L.How, Unknown) : L.How;

  // Locks are for the lock graph, and take no part in what follows.
  if (isReclaimLevel(L.Kind)) {
    const bool FromCallee = !Inside.empty() && isLock(Inside.front());
    const HeldList Locks = FromCallee ? Inside : locks(AllHeld);
    if (!Locks.empty() && !dependsOnMask(G.When))
      addLocked(A, G.When, Locks, FromCallee);
    else if (!Locks.empty())
      exportAtom(St, A, G.When, Locks, FromCallee, Ended, L);
    if (FromCallee)
      return;
  }

  HeldList Held = holding(AllHeld, L.Kind);
  // Only where it was not handed the object: not in that context.
  llvm::erase_if(Held, [&](const HeldContext &H) {
    return H.Where == AtEntry &&
           impliedBy(G.When, {H.Lock, PredOp::Eq, false, ~0ull, 0}) == Truth::True;
  });
  for (const HeldContext &H : Held)
    if (H.Where == AtEntry)
      llvm::erase_if(G.When, [&](const Pred &X) {
        return implied({H.Lock, PredOp::Ne, false, ~0ull, 0}, X) == Truth::True;
      });
  bool IsDefect = !Held.empty() || !Inside.empty();
  bool Pending = IsDefect && llvm::any_of(G.When, [&](const Pred &X) {
                   uint8_t Flags = Pool.node(X.V).Flags;
                   return (Flags & VF_Param) && !(Flags & VF_Opaque) &&
                          (L.Kind == AtomKind::Sleep || !(Flags & VF_Memory));
                 });
  if (IsDefect && !Pending) {
    report(St, std::move(A), G.When, Held, Inside, Origin);
    return;
  }
  exportAtom(St, std::move(A), G.When, Held.empty() ? Inside : Held, Held.empty(), std::move(Ended),
             L);
}

// Whether the caller's mask decides: a condition on bits of what it gives.
bool FunctionAnalyzer::Impl::dependsOnMask(ArrayRef<Pred> When) const {
  return llvm::any_of(When, [&](const Pred &X) {
    const uint8_t Flags = Pool.node(X.V).Flags;
    return X.Mask != ~0ull && (Flags & VF_Param) && !(Flags & (VF_Opaque | VF_Memory));
  });
}

// Reclaim with \p Locks held, on a condition that no caller decides: an edge of the lock
// graph. One a class and level: the surest.
void FunctionAnalyzer::Impl::addLocked(Atom A, ArrayRef<Pred> When, ArrayRef<HeldContext> Locks,
                                       bool InCallee) {
  A.Conditions += undecided(When, A.Kind);
  Guard Memory;
  for (Pred X : When)
    if (isGfpMemory(X.V) && (X.V = S.Pool.import(X.V, Pool)))
      Memory.push_back(X);
  auto Worth = [](const LockedReclaim &X) {
    return std::tuple(X.Chain.NoLockdep, X.Chain.How, X.Memory.size(), X.Chain.Conditions,
                      X.Chain.Depth);
  };
  for (const HeldContext &H : Locks) {
    LockedReclaim X;
    X.Class = lockClass(Pool, P, H);
    if (!X.Class) {
      ++S.Caps.Classless;
      continue;
    }
    X.Func = Id;
    X.Held = H;
    X.Held.Lock = exportObject(H);
    X.Held.Subclass = S.Pool.import(H.Subclass, Pool);
    X.InCallee = InCallee;
    X.Memory = Memory;
    X.Chain = A;
    if (!H.Sure)
      X.Chain.How = std::max(X.Chain.How, Evidence::Several);
    if (InCallee)
      X.Chain.Inside = exportHeld(Locks, A.Where);
    auto Old = llvm::find_if(R.Locked, [&](const LockedReclaim &O) {
      return O.Class == X.Class && O.Chain.Kind == X.Chain.Kind && O.Chain.Fresh == X.Chain.Fresh;
    });
    if (Old == R.Locked.end())
      R.Locked.push_back(std::move(X));
    else if (Worth(X) < Worth(*Old))
      *Old = std::move(X);
  }
}

// An atom of this function. \p Inside is what is held in it, \p InCallee whether that was
// begun by a callee.
void FunctionAnalyzer::Impl::exportAtom(const PathState &St, Atom A, ArrayRef<Pred> When,
                                        const HeldList &Inside, bool InCallee, HeldList Ended,
                                        const Link &L) {
  A.When = exportFacts(St, When);
  // A condition that cannot be said in terms of this function's entry.
  auto Lost = [&](const Pred &X) {
    VId V = S.Pool.import(X.V, Pool);
    return !V || llvm::none_of(A.When, [&](const Pred &Y) { return Y.V == V; });
  };
  auto LostFact = [&](const Pred &X) {
    return !is_contained(NotConditions, X) && !uses(X.V, St.Written) && Lost(X);
  };
  SmallVector<Pred, 4> LostConditions;
  llvm::copy_if(When, std::back_inserter(LostConditions), Lost);
  if (givenMask(L.Gfp))
    ; // whether it allocates is for memory to say, not for this path
  else if (!LostConditions.empty())
    A.Conditions += undecided(LostConditions, L.Kind);
  else if (auto Fact = llvm::find_if(St.Facts, LostFact); Fact != St.Facts.end())
    A.Conditions += L.Kind == AtomKind::Sleep &&
                            llvm::any_of(St.Facts,
                                         [&](const Pred &X) {
                                           return (Pool.node(X.V).Flags & VF_Phi) && LostFact(X);
                                         })
                        ? RoundWeight
                        : 1;
  A.Inside = exportHeld(Inside, L.Where);
  for (size_t I = 0; !InCallee && I != Inside.size(); ++I)
    A.Inside[I].Where = Inside[I].Where;
  for (const HeldContext &H : St.Ended)
    Ended.push_back(H);
  llvm::erase_if(Ended, [&](const HeldContext &H) { return !matters(H.Context, L.Kind); });
  A.Ended = exportHeld(Ended, L.Where);
  addAtom(std::move(A));
}

std::string lockClassName(const Program &P, uint64_t Class) {
  if (!Class)
    return "";
  const unsigned Subclass = subclassOf(Class);
  Class = plainClass(Class);
  std::string Name = Class >> 63   ? P.name(P.Entities[uint32_t(Class)].Name).str()
                     : Class >> 32 ? (P.name(Class >> 32) + "." + P.name(uint32_t(Class))).str()
                                   : P.name(uint32_t(Class)).str();
  return Subclass ? Name + "/" + std::to_string(Subclass) : Name;
}

void describeLock(Defect &D, const ValuePool &Pool, const Program &P, FuncId Func) {
  D.LockClass = lockClassName(P, lockClass(Pool, P, D.Held));
  VId Lock = lockObject(Pool, P, D.Held.Lock);
  if (!Lock || P.ContextClass[D.Held.Context])
    return;
  const TuSummary &Unit = P.Units[P.Functions[Func].Unit];
  SmallVector<StringRef, 6> Names;
  for (const Param &X : P.function(Func).Params)
    Names.push_back(Unit.str(X.Name));
  D.Lock = Pool.print(Lock, P, Names);
}

// Keeps the strongest of comparable atoms.
void FunctionAnalyzer::Impl::addAtom(Atom A) {
  if (A.Conditions > (A.Kind == AtomKind::Sleep ? MaxConditions : MaxReclaimConditions)) {
    ++S.Caps.Conditions;
    return;
  }
  std::vector<Atom> &Atoms = R.Effects.Atoms;
  auto Subsumes = [](const Atom &X, const Atom &Y) {
    // Ending less of the caller's leaves more to sleep under.
    auto EndsLess = [](const Atom &A, const Atom &B) {
      return llvm::all_of(A.Ended, [&](const HeldContext &H) {
        return llvm::any_of(B.Ended, [&](const HeldContext &O) { return O.same(H); });
      });
    };
    return X.Kind == Y.Kind && X.NoLockdep <= Y.NoLockdep && X.How <= Y.How && EndsLess(X, Y) &&
           sameContexts(X.Inside, Y.Inside) && weakerGuard(X.When, Y.When) &&
           X.Conditions <= Y.Conditions &&
           (X.When.size() < Y.When.size() || X.Conditions < Y.Conditions || X.Depth <= Y.Depth);
  };
  for (const Atom &Old : Atoms)
    if (Subsumes(Old, A))
      return;
  // Two atoms that differ in one condition and its negation are one without it.
  for (Atom &Old : Atoms) {
    if (Old.Kind != A.Kind || Old.NoLockdep != A.NoLockdep || Old.When.size() != A.When.size() ||
        !sameContexts(Old.Ended, A.Ended) || !sameContexts(Old.Inside, A.Inside))
      continue;
    const Pred *Apart = nullptr;
    bool Single = true;
    for (const Pred &X : A.When)
      if (!is_contained(Old.When, X)) {
        Single &= !Apart;
        Apart = &X;
      }
    if (!Apart || !Single || !is_contained(Old.When, Apart->negated()))
      continue;
    Atom Both = std::tie(Old.How, Old.Conditions) < std::tie(A.How, A.Conditions) ? A : Old;
    Pred Dropped = *Apart;
    llvm::erase_if(Both.When,
                   [&](const Pred &X) { return X == Dropped || X == Dropped.negated(); });
    Atoms.erase(Atoms.begin() + (&Old - Atoms.data()));
    addAtom(std::move(Both));
    return;
  }
  for (Atom &Old : Atoms)
    if (Subsumes(A, Old)) {
      Old = std::move(A); // one is replaced in place; others stay, harmless
      return;
    }
  auto Rivals = [&](const Atom &X) {
    return X.Kind == A.Kind && X.Fresh == A.Fresh && holdsLock(X) == holdsLock(A);
  };
  if (llvm::count_if(Atoms, Rivals) < (A.Kind == AtomKind::Sleep ? MaxAtoms : MaxReclaimAtoms)) {
    Atoms.push_back(std::move(A));
    return;
  }
  // Full: the one that is least likely to matter goes.
  ++S.Caps.Atoms;
  auto Worse = [](const Atom &X, const Atom &Y) {
    return std::tuple(X.Conditions, X.How, X.When.size(), X.Depth) >
           std::tuple(Y.Conditions, Y.How, Y.When.size(), Y.Depth);
  };
  Atom *Worst = nullptr;
  for (Atom &X : Atoms)
    if (Rivals(X) && (!Worst || Worse(X, *Worst)))
      Worst = &X;
  if (Worse(*Worst, A))
    *Worst = std::move(A);
}

Guard FunctionAnalyzer::Impl::exportFacts(const PathState &St, ArrayRef<Pred> More) {
  SmallVector<Pred, 12> All(More.begin(), More.end());
  All.append(St.Facts.begin(), St.Facts.end());
  llvm::erase_if(
      All, [&](const Pred &X) { return is_contained(NotConditions, X) || uses(X.V, St.Written); });
  // What a caller is likeliest to decide comes first: flags that it passes, what the
  // context decides, other parameters, then memory.
  auto Rank = [&](const Pred &X) {
    uint8_t Flags = Pool.node(X.V).Flags;
    if (isGfpMemory(X.V))
      return 0; // decided in the end, by what is stored there
    if (Flags & VF_Memory)
      return Flags & VF_Param ? 3 : 4;
    return X.Mask != ~0ull ? 0 : Flags & VF_Param ? 2 : 1;
  };
  constexpr int LastRank = 4;
  Guard Out;
  auto Take = [&](const Pred &X) {
    Pred Y = X;
    // A choice of constants is this function's business, not a caller's.
    if (Pool.node(X.V).Kind == ValueKind::Phi && !(Pool.node(X.V).Flags & (VF_Param | VF_Memory)))
      return;
    Y.V = S.Pool.import(X.V, Pool);
    if (Y.V && !is_contained(Out, Y))
      Out.push_back(Y);
  };
  for (int R = 0; R <= LastRank; ++R)
    for (const Pred &X : All)
      if (Rank(X) == R && Out.size() < MaxGuard)
        Take(X);
  llvm::sort(Out);
  return Out;
}

HeldList FunctionAnalyzer::Impl::exportHeld(ArrayRef<HeldContext> H, EventIdx Where) {
  HeldList Out;
  for (const HeldContext &X : H)
    Out.push_back(X.as(exportObject(X), S.Pool.import(X.Subclass, Pool), Where));
  return Out;
}

// A scope's token is known by the member that it is kept in, whatever the object; a lock
// in an object that only this function knows, by its class.
VId FunctionAnalyzer::Impl::exportObject(const HeldContext &H) {
  if (M.Contexts[H.Context].Class != ContextClass::Scope) {
    VId Lock = S.Pool.import(H.Lock, Pool);
    return Lock || !isLock(H) ? Lock : S.Pool.import(ofSomeObject(H.Lock), Pool);
  }
  VId Token = ofSomeObject(H.Lock);
  return Token == AnyObject ? 0 : S.Pool.import(Token, Pool);
}

} // namespace gfpcheck
