//===- CallNotes.cpp - How a function makes its calls ------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is noted of each call for those who look at calls top-down, after solving: arguments and
// what they point to, for walks; scopes, locks and conditions, for exposure and for the index.
//
//===----------------------------------------------------------------------===//

#include "FunctionAnalysisImpl.h"

using namespace llvm;

namespace gfpcheck {

// What is known of the record at \p Address, a caller's argument: what was stored to it or
// tested.
void FunctionAnalyzer::Impl::noteMembers(uint32_t Argument, VId Address, const PathState &St,
                                         SmallVectorImpl<KnownMember> &Out) {
  auto Note = [&](VId Loaded, VId Value) {
    const VNode N = Pool.node(Loaded);
    if (N.Kind != ValueKind::Load)
      return;
    const VNode A = Pool.node(N.A);
    const ValueKind Kind = Pool.node(Value).Kind;
    KnownMember X{Argument, 0, 0, 0};
    if (Kind == ValueKind::Const || Kind == ValueKind::Func || Kind == ValueKind::Or ||
        (Pool.node(Value).Flags & VF_Param))
      X.Value = S.Pool.import(Value, Pool);
    if (N.A == Address && A.Kind == ValueKind::Local && Value == Pool.constant(0))
      Out.push_back(X);
    if (A.Kind != ValueKind::Field || A.A != Address)
      return;
    X.Record = A.B;
    X.Field = A.C;
    if (llvm::none_of(Out, [&](const KnownMember &O) {
          return O.Argument == Argument && O.Record == X.Record && O.Field == X.Field;
        }))
      Out.push_back(X);
  };
  for (auto [Loaded, Value] : St.Phis) // members of local records
    Note(Loaded, Value);
  for (const Pred &X : St.Facts) {
    if (X.Op == PredOp::Eq && X.Mask == ~0ull)
      Note(X.V, Pool.constant(X.C));
    else if (X.Op == PredOp::Ne && X.C == 0 && llvm::isPowerOf2_64(X.Mask)) // a flag that is set
      Note(X.V, Pool.make(ValueKind::Or, AnyObject, Pool.constant(X.Mask)));
  }
  for (VId Loaded : St.Written) // with something else: not what a caller knows of it
    Note(Loaded, 0);
}

// Whether a condition of this path cannot be said in terms of the function's entry.
bool FunctionAnalyzer::Impl::losesFact(const PathState &St) const {
  return llvm::any_of(St.Facts, [&](const Pred &X) {
    const VNode N = Pool.node(X.V);
    const bool Own = N.Kind == ValueKind::Load && isLocal(N.A); // not what a caller decides
    return !Own && !is_contained(NotConditions, X) && !S.Pool.import(X.V, Pool);
  });
}

// How a call is made: for those who walk the calls top-down.
void FunctionAnalyzer::Impl::noteCall(EventIdx Idx, VId Callee, ArrayRef<VId> Args,
                                      const StateList &States) {
  auto Import = [&](VId V) {
    // What is made of what a caller gives is his to tell.
    const VId Known = S.Pool.import(V, Pool);
    if (Known && (Pool.node(V).Kind == ValueKind::Const || (Pool.node(V).Flags & VF_Param)))
      return Known;
    if (const uint64_t Bits = possibleBits(V); Bits != ~0ull)
      return S.Pool.make(ValueKind::And, AnyObject, S.Pool.constant(Bits));
    if (Known)
      return Known;
    const VId Some = ofSomeObject(V);
    return Some == AnyObject ? 0 : S.Pool.import(Some, Pool);
  };
  for (const PathState &St : States) {
    CallState C;
    C.Where = Idx;
    C.When = exportFacts(St, {});
    C.Lost = losesFact(St);
    if (Pool.node(Callee).Kind != ValueKind::Func)
      C.Callee = Import(resolve(Callee, St));
    for (uint32_t I = 0; I != Args.size(); ++I) {
      const VId A = resolve(Args[I], St);
      C.Args.push_back(Import(A));
      constexpr uint8_t Anything = VF_Param | VF_Memory | VF_Opaque;
      if (I < 64 && (Pool.node(A).Flags & Anything))
        for (VId Other : Args)
          if (Other != Args[I] && Pool.contains(Other, Anything, A))
            C.NonNull |= 1ull << I;
      noteMembers(I, A, St, C.Members);
    }
    llvm::sort(C.Members);
    for (const Pred &X : St.Facts)
      if (Truth T = implied(X, {X.V, PredOp::Ne, false, ~0ull, 0}); T != Truth::Unknown) {
        if (const VNode N = Pool.node(X.V); N.Kind == ValueKind::Call)
          C.Results.push_back({N.A, T == Truth::True});
        else if (auto Call = llvm::find(CallResult, X.V); Call != CallResult.end())
          C.Results.push_back({uint32_t(Call - CallResult.begin()), T == Truth::True});
      }
    for (const HeldContext &H : St.Held)
      if (M.Contexts[H.Context].Class == ContextClass::Atomic && H.Sure && H.Where != AtEntry)
        C.Atomic.push_back(H.Context);
    llvm::sort(C.Atomic);
    // States that differ in what the callee is given stay apart, up to a number; the last
    // one is what it and all the others share.
    size_t Same = 0;
    auto Old = llvm::find_if(*Calls, [&](const CallState &O) {
      Same += O.Where == Idx;
      return O.Where == Idx &&
             (Same == MaxCallStates || (O.Callee == C.Callee && O.Args == C.Args &&
                                        O.Members == C.Members && O.Atomic == C.Atomic));
    });
    if (Old == Calls->end()) {
      Calls->push_back(std::move(C));
      continue;
    }
    auto Share = [](auto &Mine, const auto &Theirs) {
      llvm::erase_if(Mine, [&](const auto &X) { return !is_contained(Theirs, X); });
    };
    if (Old->Callee != C.Callee)
      Old->Callee = 0;
    for (size_t I = 0; I != Old->Args.size(); ++I)
      if (Old->Args[I] != C.Args[I])
        Old->Args[I] = 0;
    Share(Old->Members, C.Members);
    Share(Old->Atomic, C.Atomic);
    Share(Old->When, C.When);
    Share(Old->Results, C.Results);
    Old->NonNull &= C.NonNull;
    Old->Lost &= C.Lost;
  }
}

// Which calls are always made in a scope, as what they reach cannot do what it prevents;
// and which with a lock held.
void FunctionAnalyzer::Impl::noteScopes(EventIdx Idx, const StateList &States) {
  for (const PathState &St : States) {
    SmallVector<uint64_t, 2> Locks;
    for (const HeldContext &H : St.Held)
      if (isLock(H) && H.Lock && H.Sure)
        if (uint64_t Class = lockClass(Pool, P, H))
          Locks.push_back(Class);
    auto [Always, First] = AlwaysHeld.try_emplace(Idx, Locks);
    if (!First)
      llvm::erase_if(Always->second, [&](uint64_t C) { return !is_contained(Locks, C); });
    uint8_t Mask = prevented(St.Held, St.Facts);
    auto [It, New] = Scoped.try_emplace(Idx, Mask);
    It->second &= Mask;
    noteVariant(Idx, St, Mask);
  }
}

// How a call is made in a state: in which contexts, and on which conditions of the parameters.
// States in the same contexts are one variant, with the conditions that they share.
void FunctionAnalyzer::Impl::noteVariant(EventIdx Idx, const PathState &St, uint8_t Prevents) {
  CallVariant Now;
  Now.Where = Idx;
  Now.Prevents = Prevents;
  auto Add = [&](const HeldContext &H, bool Ended) {
    HeldCall C{H.Context, H.Sure, Ended, H.Where, 0};
    if (H.Lock || P.ContextClass[H.Context])
      C.Class = lockClass(Pool, P, H);
    if (!is_contained(Now.Held, C))
      Now.Held.push_back(C);
  };
  // What the callee is there to end is as good as over.
  const FunctionModel *FM = S.ModelOf[P.calledEntity(Id, F->Events[Idx])];
  auto Ends = [&](ContextId C) {
    return FM && llvm::any_of(FM->Ops, [&](const ContextOp &Op) {
             return Op.Delta <= 0 && Op.Context == C;
           });
  };
  for (const HeldContext &H : St.Held)
    if (!Ends(H.Context))
      Add(H, /*Ended=*/false);
  for (const HeldContext &H : St.Ended)
    Add(H, /*Ended=*/true);
  llvm::sort(Now.Held);
  for (Pred X : St.Facts)
    if (const VNode N = Pool.node(X.V); N.Kind == ValueKind::Param) {
      X.V = N.A;
      Now.Conditions.push_back(X);
    }
  llvm::sort(Now.Conditions);
  std::vector<CallVariant> &All = Variants[Idx];
  auto Old = llvm::find_if(
      All, [&](const CallVariant &V) { return V.Prevents == Now.Prevents && V.Held == Now.Held; });
  if (Old == All.end() && All.size() < MaxVariants) {
    All.push_back(std::move(Now));
    return;
  }
  if (Old == All.end()) { // the last is all that are left
    Old = std::prev(All.end());
    Old->Prevents &= Now.Prevents;
    for (const HeldCall &C : Now.Held)
      if (!C.Ended && !is_contained(Old->Held, C))
        Old->Held.push_back(C);
    llvm::erase_if(Old->Held,
                   [&](const HeldCall &C) { return C.Ended && !is_contained(Now.Held, C); });
    llvm::sort(Old->Held);
  }
  llvm::erase_if(Old->Conditions,
                 [&](const Pred &X) { return impliedBy(Now.Conditions, X) != Truth::True; });
}

} // namespace gfpcheck
