//===- StoreEffects.cpp - What a store says --------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Of the memory that is stored to, of the task (current->flags, current->journal_info),
// and of GFP flags that are kept in memory.
//
//===----------------------------------------------------------------------===//

#include "FunctionAnalysisImpl.h"

using namespace llvm;

namespace gfpcheck {

// Stores to current->flags and to the members of `current` that stand for a context.
// False: it is neither.
bool FunctionAnalyzer::Impl::doTaskStore(VId Address, VId Value, PathState &St) {
  const VNode A = Pool.node(Address);
  if (A.Kind != ValueKind::Field || A.A != Current)
    return false;
  VId Loaded = Pool.make(ValueKind::Load, Address);
  const VNode V = Pool.node(Value);
  if (Loaded == TaskFlags) {
    if (Value == Loaded) { // what they were before: ends what was set by hand
      if (Uses && Collecting)
        noteFlagsBack(St);
      llvm::erase_if(St.Held,
                     [&](const HeldContext &H) { return S.TaskFlag[H.Context] && !H.Lock; });
      return false;
    }
    const VNode Bits = Pool.node(V.B);
    if (Bits.Kind != ValueKind::Const || (V.Kind != ValueKind::Or && V.Kind != ValueKind::And))
      return false;
    const uint64_t Changed = V.Kind == ValueKind::Or ? Bits.Imm : ~Bits.Imm;
    for (ContextId C = 0; C != M.Contexts.size(); ++C) {
      if (!(uint64_t(S.TaskFlag[C]) & Changed & 0xffffffff))
        continue;
      if (V.Kind == ValueKind::Or)
        begin(St, {C, true, 0, Here});
      else
        end(St, C, 0, Here);
    }
    return false; // what it says of other flags is kept as of any memory
  }
  auto It = M.TaskMembers.find(P.name(A.C));
  if (It == M.TaskMembers.end())
    return false;
  // A counter: one more, one less.
  if ((V.Kind == ValueKind::Add || V.Kind == ValueKind::Sub) && V.A == Loaded &&
      Pool.node(V.B).Kind == ValueKind::Const) {
    if ((V.Kind == ValueKind::Add) == (Pool.node(V.B).Imm > 0))
      begin(St, {It->second, true, 0, Here});
    else
      end(St, It->second, 0, Here);
    return true;
  }
  const bool Zero = V.Kind == ValueKind::Const && V.Imm == 0;
  if (!Zero && Value != Loaded) // what it was before ends it
    begin(St, {It->second, true, 0, Here});
  else
    end(St, It->second, 0, Here);
  return true;
}

// GFP flags stored to a member. Where mask or object are parameters, callers say which.
void FunctionAnalyzer::Impl::addGfpStore(VId Address, VId Value) {
  const VNode A = Pool.node(Address);
  if (A.Kind != ValueKind::Field || !S.GfpMemberKeys.contains(Member{A.B, A.C}.key()))
    return;
  GfpStore X{S.Pool.import(ofSomeObject(Address), Pool), S.Pool.import(Value, Pool)};
  auto IsParam = [&](VId V) {
    while (Pool.node(V).Kind == ValueKind::Field)
      V = Pool.node(V).A;
    return Pool.node(V).Kind == ValueKind::Param;
  };
  auto &Stores = R.Effects.GfpStores;
  bool MaskGiven =
      X.Value && (Pool.node(Value).Flags & VF_Param) && !(Pool.node(Value).Flags & VF_Memory);
  if ((IsParam(A.A) || MaskGiven) && Stores.size() < MaxGfpStores && !is_contained(Stores, X))
    Stores.push_back(X);
  if (!MaskGiven && !is_contained(R.GfpStores, X))
    R.GfpStores.push_back(X);
}

// A mask that a callee returns through a pointer.
void FunctionAnalyzer::Impl::addGfpResult(VId Address, VId Value) {
  const VNode A = Pool.node(Address);
  if (A.Kind != ValueKind::Param || A.A >= F->Params.size() ||
      P.Units[Unit].str(F->Params[A.A].Type) != "gfp_t *")
    return;
  // *gfp |= what says nothing of reclaim.
  int64_t Bits = 0;
  for (int64_t Bit : S.reclaimBits())
    Bits |= Bit;
  const VNode V = Pool.node(Value);
  if (V.Kind == ValueKind::Or && Pool.node(V.B).Kind == ValueKind::Const &&
      !(Pool.node(V.B).Imm & Bits) && V.A == Pool.make(ValueKind::Load, Address))
    return;
  GfpStore X{S.Pool.import(Address, Pool), S.Pool.import(Value, Pool)};
  for (GfpStore &Old : R.Effects.GfpResults)
    if (Old.Address == X.Address) {
      Old.Value = Old.Value == X.Value ? X.Value : 0; // one of several
      return;
    }
  R.Effects.GfpResults.push_back(X);
}

// Of a choice of masks: the bits that decide about reclaim.
void FunctionAnalyzer::Impl::learnGfp(VId Loaded, VId Value, PathState &St) {
  switch (Pool.node(Value).Kind) {
  case ValueKind::Select:
  case ValueKind::Phi:
  case ValueKind::And:
  case ValueKind::Or:
    break;
  default:
    return;
  }
  for (int64_t Bit : S.reclaimBits()) {
    SmallVector<Pred, 2> Ignored;
    Pred Set{Value, PredOp::Ne, false, uint64_t(Bit), 0};
    Truth T = Bit ? simplifyPred(Pool, Set, Ignored) : Truth::Unknown;
    if (T == Truth::Unknown || St.Facts.size() >= MaxFacts)
      continue;
    Set.V = Loaded;
    addFact(St.Facts, T == Truth::True ? Set : Set.negated());
  }
}

// A store makes the value of a later load known on this path.
void FunctionAnalyzer::Impl::doStore(const Event &E, PathState &St) {
  const VId Addr = resolve(val(E.A), St), New = resolve(val(E.B), St);
  if (doTaskStore(Addr, New, St))
    return;
  if (Collecting) {
    addGfpStore(Addr, New);
    addGfpResult(Addr, New);
  }
  if (!Addr || Pool.node(Addr).Kind == ValueKind::Index)
    return;
  VId Loaded = Pool.make(ValueKind::Load, Addr);
  if (!Loaded || Pool.node(Loaded).Kind != ValueKind::Load)
    return;
  // A scope's token is known by where it is kept.
  for (HeldContext &H : St.Held)
    if (H.Lock && H.Lock == New && M.Contexts[H.Context].Class == ContextClass::Scope &&
        Pool.node(Addr).Kind == ValueKind::Field) {
      H.Lock = Loaded;
      if (Uses && Collecting)
        noteTokenStore(St, H);
    }
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
  learnStored(Loaded, New, St);
}

// What storing \p New says of a later load of it.
void FunctionAnalyzer::Impl::learnStored(VId Loaded, VId New, PathState &St) {
  const VNode N = Pool.node(New);
  if (Pool.node(Pool.node(Loaded).A).Kind == ValueKind::Local) {
    llvm::erase_if(St.Locals, [&](const auto &X) { return X.first == Loaded; });
    if (New && St.Locals.size() < MaxLocals && !Pool.contains(New, VF_Memory, Loaded))
      St.Locals.push_back({Loaded, New});
    llvm::sort(St.Locals);
  }
  learnGfp(Loaded, New, St);
  // What is known of a result is known of where it is kept.
  if (N.Kind == ValueKind::Call)
    for (const Pred &X : SmallVector<Pred, 6>(St.Facts))
      if (X.V == New && St.Facts.size() < MaxFacts) {
        Pred Y = X;
        Y.V = Loaded;
        addFact(St.Facts, Y);
      }
  // flags |= FLAG
  if (N.Kind == ValueKind::Or && Pool.node(N.B).Kind == ValueKind::Const)
    if (const uint64_t Bits = Pool.node(N.B).Imm;
        llvm::isPowerOf2_64(Bits) && St.Facts.size() < MaxFacts)
      addFact(St.Facts, {Loaded, PredOp::Ne, false, Bits, 0});
  if (N.Kind == ValueKind::Const && St.Facts.size() < MaxFacts)
    addFact(St.Facts, {Loaded, PredOp::Eq, false, ~0ull, N.Imm});
  else if (New && !(retClass(Pool, New, St.Facts) & RC_Zero) && St.Facts.size() < MaxFacts)
    addFact(St.Facts, {Loaded, PredOp::Ne, false, ~0ull, 0});
  // count++: nonzero from here on.
  if (N.Kind == ValueKind::Add && N.A == Loaded && Pool.node(N.B).Kind == ValueKind::Const &&
      Pool.node(N.B).Imm > 0 && St.Facts.size() < MaxFacts)
    addFact(St.Facts, {Loaded, PredOp::Ne, false, ~0ull, 0});
}

} // namespace gfpcheck
