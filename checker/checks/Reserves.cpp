//===- Reserves.cpp - Who takes from a pool, and relies on it ----------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the functions of the model (Model::Reserves) up: who returns what they returned
// takes from the pool, too. Of every call it is asked what the caller does if it returns
// NULL, given that the mask cannot wait.
//
//===----------------------------------------------------------------------===//

#include "Reserves.h"
#include "gfpcheck/link/Operands.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/TimeProfiler.h"

using namespace llvm;

namespace gfpcheck {

static constexpr unsigned MaxKeepDepth = 4; // calls that an element is passed down
static constexpr size_t MaxKeepEvents = 60; // of a function that it is passed to

static bool isZero(const Known &K) { return K.isConstant() && K.C == 0; }

// The value that is the result of a call; 0: nobody asks for it.
static ValueId resultOf(const Function &F, EventIdx Where) {
  for (ValueId V = 1; V < F.Values.size(); ++V)
    if (F.Values[V].Kind == ValueKind::Call && F.Values[V].A == F.Events[Where].CallNo)
      return V;
  return 0;
}

Reserves::Reserves(const Solution &S) : S(S), P(S.P), Calls(S.P), Walk(S) {
  if (!S.DirectReclaim)
    return;
  TimeTraceScope Trace("reserves");
  for (FuncId F = 0; F != P.Functions.size(); ++F)
    if (auto It = S.M.Reserves.find(P.functionName(F)); It != S.M.Reserves.end()) {
      const int Mask = parameterOfType(P, F, "gfp_t");
      if (Mask < 0)
        continue;
      Taker T;
      T.Param = Mask;
      T.Pool.Param = parameterOfType(P, F, It->second);
      addTaker(F, T);
    }
  for (size_t I = 0; I != NewTakers.size(); ++I) {
    const FuncId F = NewTakers[I];
    for (const Site &X : Calls.of(F))
      take(X, F, Takers[F]);
  }
  for (size_t I = 0; I != NewNeeds.size(); ++I) {
    const auto [F, Param] = NewNeeds[I];
    for (const Site &X : Calls.of(F))
      need(X, F, Param);
  }
  for (const auto &[X, Callee] : Taking)
    findSeconds({X.first, X.second});
}

void Reserves::addTaker(FuncId F, Taker T) {
  if (Takers.try_emplace(F, T).second)
    NewTakers.push_back(F);
}

void Reserves::addNeed(FuncId F, unsigned Param, const MaskNeed &N) {
  if (Needs.try_emplace({F, Param}, N).second)
    NewNeeds.push_back({F, Param});
}

bool Reserves::isPointer(FuncId F) const {
  return StringRef(P.Units[P.Functions[F].Unit].str(P.function(F).ReturnType)).ends_with("*");
}

MaskBits Reserves::maskOf(const Site &X, const Taker &T) const {
  MaskBits Out;
  if (T.Kind == Taker::Mask::Given)
    return maskBits(S, X.Func, argument(P.function(X.Func), eventAt(X), T.Param), S.DirectReclaim);
  (T.Kind == Taker::Mask::CanWait ? Out.Set : Out.Clear) = true;
  return Out;
}

PoolName Reserves::poolOf(const Site &X, const Taker &T) const {
  if (T.Pool.Param < 0)
    return T.Pool;
  PoolName Out;
  const Function &F = P.function(X.Func);
  ValueId V = argument(F, eventAt(X), T.Pool.Param);
  if (F.Values[V].Kind == ValueKind::Param) {
    Out.Param = int(F.Values[V].A);
    Out.Via = T.Pool.Via;
    return Out;
  }
  if (F.Values[V].Kind == ValueKind::Load)
    V = F.Values[V].A;
  Out.Class = P.addressClass(X.Func, V);
  Out.One = Out.Class >> 63 && F.Values[V].Kind == ValueKind::Global;
  Out.Via = T.Pool.Via;
  const Value &X1 = F.Values[V];
  if (Out.Class && !Out.One && !Out.Via && X1.Kind == ValueKind::Field &&
      F.Values[X1.A].Kind == ValueKind::Param) {
    Out.Param = int(F.Values[X1.A].A); // the caller tells the object
    Out.Via = std::exchange(Out.Class, 0);
  }
  return Out;
}

void Reserves::take(const Site &X, FuncId Callee, const Taker &T) {
  const Function &F = P.function(X.Func);
  if (S.M.Reserves.contains(P.functionName(X.Func)) || (F.Flags & FF_Truncated))
    return;
  const MaskBits Mask = maskOf(X, T);
  const PoolName Pool = poolOf(X, T);
  const ValueId Result = resultOf(F, X.Where);
  if (!Result)
    return;
  if (Mask.surelySet()) {
    Taking[{X.Func, X.Where}] = Callee;
    // Whoever puts it somewhere may return what is there.
    bool Shared = false;
    WalkStart Start{X.Func, X.Where, {{Result, Known::nonzero(true)}}, false};
    const WalkResult R = Walk.visit(Start, [&](EventIdx I, const PathWalk::Place &At) {
      const Event &E = F.Events[I];
      Shared |= E.Kind == EventKind::Store && At.isFollowed(E.B) && !At.isFollowed(E.A);
      return true;
    });
    if (isPointer(X.Func) && !Shared && !R.Returns.empty() &&
        llvm::all_of(R.Returns, [](const Known &K) { return K.Followed; }))
      addTaker(X.Func, {Taker::Mask::CanWait, 0, Pool, X.Where, Callee});
    return;
  }
  if (Mask.Clear) {
    WalkStart Start{X.Func, X.Where, {{Result, Known::constant(0, true)}}, false};
    const WalkResult R = Walk.run(Start);
    if (R.Dereference)
      BadMasks.push_back({X.Func, X.Where, Callee, std::nullopt, R.Dereference, Mask});
    else if (Mask.surelyClear() && isPointer(X.Func) && !R.Capped && !R.Returns.empty() &&
             llvm::all_of(R.Returns, isZero))
      addTaker(X.Func, {Taker::Mask::CannotWait, 0, Pool, X.Where, Callee});
  }
  if (Mask.Params.size() == 1)
    takeGiven(X, Callee, Mask.Params.front(), Result, Pool);
}

void Reserves::takeGiven(const Site &X, FuncId Callee, unsigned Param, ValueId Result,
                         const PoolName &Pool) {
  const Function &F = P.function(X.Func);
  if (!Walk.reaches(X.Func, X.Where, Param, S.DirectReclaim))
    return;
  WalkStart Start{X.Func, X.Where, {{Result, Known::constant(0, true)}}, false};
  const ValueId Mask = PathWalk::parameter(F, Param);
  Start.Given.push_back({Mask, Known::without(S.DirectReclaim)});
  const WalkResult Failed = Walk.run(Start);
  MaskNeed N;
  N.Where = X.Where;
  N.Callee = Callee;
  if (Failed.Dereference) {
    N.Reason = MaskNeed::Why::Dereferences;
    N.Use = *Failed.Dereference;
    addNeed(X.Func, Param, N);
    return;
  }
  if (Failed.Capped || Failed.Again || Failed.Returns.empty())
    return;
  if (isPointer(X.Func)) {
    if (llvm::all_of(Failed.Returns, isZero))
      addTaker(X.Func, {Taker::Mask::Given, Param, Pool, X.Where, Callee});
    return;
  }
  Start.Given = {{Result, Known::nonzero()}, {Mask, Known::without(S.DirectReclaim)}};
  Start.Again = true;
  const WalkResult Went = Walk.visit(Start, [](EventIdx, const PathWalk::Place &) { return true; });
  if (Went.Capped)
    return;
  const StringRef Type = P.Units[P.Functions[X.Func].Unit].str(F.ReturnType);
  // It always returns the same.
  const auto IsSame = [&](const Known &K) { return K.isConstant() && K == Failed.Returns.front(); };
  const bool Alike =
      Type == "void" || (llvm::all_of(Failed.Returns, IsSame) && Failed.Returns.front().C >= 0 &&
                         llvm::all_of(Went.Returns, IsSame));
  if (!Alike)
    return;
  // Nothing but NULL ends such a loop.
  if (Went.Returns.empty()) {
    N.Reason = MaskNeed::Why::Ends;
    addNeed(X.Func, Param, N);
    return;
  }
  for (EventIdx I = 0; I != F.Events.size(); ++I)
    if (Failed.Events.test(I) && !Went.Events.test(I) && F.Events[I].Kind != EventKind::Return)
      return; // it does something about it
  N.Reason = MaskNeed::Why::Ignores;
  addNeed(X.Func, Param, N);
}

void Reserves::need(const Site &X, FuncId Callee, unsigned Param) {
  const MaskBits Mask =
      maskBits(S, X.Func, argument(P.function(X.Func), eventAt(X), Param), S.DirectReclaim);
  MaskNeed N;
  N.Where = X.Where;
  N.Callee = Callee;
  N.Param = Param;
  if (Mask.Clear)
    BadMasks.push_back({X.Func, X.Where, Callee, N, std::nullopt, Mask});
  if (Mask.Params.size() == 1 &&
      Walk.reaches(X.Func, X.Where, Mask.Params.front(), S.DirectReclaim))
    addNeed(X.Func, Mask.Params.front(), N);
}

// What an address is a part of, or is read from.
ValueId Reserves::object(FuncId Id, ValueId V) const {
  const Function &F = P.function(Id);
  while (F.Values[V].Kind == ValueKind::Field || F.Values[V].Kind == ValueKind::Index ||
         F.Values[V].Kind == ValueKind::Container || F.Values[V].Kind == ValueKind::Load)
    V = F.Values[V].A;
  return V;
}

// Whether a function leaves what is its parameter with its caller: does not free it, submit
// it, or put it where another task finds it.
Reserves::Keeping Reserves::keeps(FuncId Id, unsigned Param, unsigned Depth) {
  const Function &F = P.function(Id);
  if (!Depth || F.Blocks.empty() || (F.Flags & FF_Truncated) || F.Events.size() > MaxKeepEvents)
    return {};
  auto [It, New] = Kept.try_emplace({Id, Param});
  if (!New)
    return It->second;
  const ValueId V = PathWalk::parameter(F, Param);
  auto Part = [&](ValueId X) {
    while (F.Values[X].Kind == ValueKind::Field || F.Values[X].Kind == ValueKind::Index ||
           F.Values[X].Kind == ValueKind::Container)
      X = F.Values[X].A;
    return V && X == V;
  };
  Keeping Out;
  Out.Keeps = true;
  auto StoreIn = [&](ValueId Address) {
    const ValueId O = object(Id, Address);
    if (F.Values[O].Kind == ValueKind::Param && F.Values[O].A < 32)
      Out.StoredIn |= F.Values[O].A == Param ? 0u : 1u << F.Values[O].A;
    else if (F.Values[O].Kind != ValueKind::Local)
      Out.Keeps = false;
  };
  for (EventIdx I = 0; I != F.Events.size() && Out.Keeps; ++I) {
    const Event &E = F.Events[I];
    if (E.Kind == EventKind::Store && Part(E.B))
      StoreIn(E.A);
    if (E.Kind != EventKind::Call)
      continue;
    for (unsigned A = 0; A != E.ArgCount && Out.Keeps; ++A) {
      if (!Part(argument(F, E, A)))
        continue;
      const FuncId G = P.directCallee(Id, E);
      const Keeping K = G == NoFunc ? Keeping() : keeps(G, A, Depth - 1);
      Out.Keeps &= K.Keeps;
      for (unsigned J = 0; J != E.ArgCount && Out.Keeps; ++J)
        if (K.StoredIn >> J & 1)
          StoreIn(argument(F, E, J));
    }
  }
  return Kept[{Id, Param}] = Out;
}

void Reserves::findSeconds(const Site &X) {
  const Function &F = P.function(X.Func);
  const Taker &T = Takers[Taking[{X.Func, X.Where}]];
  const PoolName Pool = poolOf(X, T);
  const ValueId PoolValue = T.Pool.Param < 0 ? 0 : argument(F, eventAt(X), T.Pool.Param);
  // How surely a call takes from the same pool: 0, 1 or 2.
  auto Same = [&](EventIdx I) -> unsigned {
    auto It = Taking.find({X.Func, I});
    if (It == Taking.end())
      return 0;
    const Taker &O = Takers[It->second];
    const PoolName Other = poolOf({X.Func, I}, O);
    if (PoolValue && O.Pool.Param >= 0 && argument(F, F.Events[I], O.Pool.Param) == PoolValue &&
        O.Pool.Via == T.Pool.Via)
      return 2;
    if (Pool.Via != Other.Via || Pool.Class != Other.Class || (!Pool.Class && !Pool.Via))
      return 0;
    if (Pool.Param >= 0 && Pool.Param == Other.Param)
      return 2;
    return Pool.One && Other.One ? 2 : 1;
  };
  bool Collected = false;
  SecondElement Found{X.Func, X.Where, 0, false};
  bool Any = false;
  auto Note = [&](EventIdx I, unsigned Sure) {
    if (!Any || (Sure == 2 && !Found.SamePool)) {
      Found.Second = I;
      Found.SamePool = Sure == 2;
    }
    Any = true;
  };
  auto Visit = [&](EventIdx I, const PathWalk::Place &At) {
    const Event &E = F.Events[I];
    if (E.Kind == EventKind::Store && At.isFollowed(E.B)) {
      const ValueId O = object(X.Func, E.A);
      if (F.Values[O].Kind != ValueKind::Local && !At.isFollowed(E.A))
        return false;
      Collected |= F.Values[O].Kind == ValueKind::Local;
    }
    if (E.Kind != EventKind::Call)
      return true;
    if (const unsigned Sure = Same(I)) {
      if (I != X.Where || Collected)
        Note(I, Sure);
      return false;
    }
    for (unsigned A = 0; A != E.ArgCount; ++A) {
      if (!At.isFollowed(argument(F, E, A)))
        continue;
      const FuncId G = P.directCallee(X.Func, E);
      const Keeping K = G == NoFunc ? Keeping() : keeps(G, A, MaxKeepDepth);
      if (!K.Keeps)
        return false;
      for (unsigned J = 0; J != E.ArgCount; ++J)
        if (K.StoredIn >> J & 1) {
          const ValueId Into = argument(F, E, J);
          if (F.Values[object(X.Func, Into)].Kind != ValueKind::Local && !At.isFollowed(Into))
            return false;
          Collected = true;
        }
    }
    return true;
  };
  const WalkStart Start{X.Func, X.Where, {{resultOf(F, X.Where), Known::nonzero(true)}}, false};
  const WalkResult R = Walk.visit(Start, Visit);
  if (Any && !R.Capped)
    Seconds.push_back(Found);
}

} // namespace gfpcheck
