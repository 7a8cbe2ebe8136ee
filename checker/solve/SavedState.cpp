//===- SavedState.cpp - A fixpoint in bytes ----------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is written and what is read is said once, by transfer(); the two archives do it.
//
//===----------------------------------------------------------------------===//

#include "SavedState.h"
#include "PathState.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

namespace {

class Saving {
  ByteWriter &Out;

public:
  explicit Saving(ByteWriter &Out) : Out(Out) {}
  template <class T> void plain(const T &X) { Out.plain(X); }
  void text(const std::string &S) { Out.string(S); }
  template <class T> size_t count(const T &List) {
    Out.size(List.size());
    return List.size();
  }
  void func(FuncId F) { Out.plain(F); }
  void name(NameId N) { Out.plain(N); }
  void lock(uint64_t Class) { Out.plain(Class); }
  void value(VId V) { Out.plain(V); }
};

class Loading {
  ByteReader &In;
  const Correspondence &Ids;
  const size_t Values;

public:
  Loading(ByteReader &In, const Correspondence &Ids, size_t Values)
      : In(In), Ids(Ids), Values(Values) {}
  template <class T> void plain(T &X) { In.plain(X); }
  void text(std::string &S) { S = In.string().str(); }
  template <class T> size_t count(T &List) {
    List.resize(In.size());
    return List.size();
  }
  void func(FuncId &F) {
    In.plain(F);
    F = Ids.function(F);
  }
  void name(NameId &N) {
    In.plain(N);
    N = Ids.name(N);
  }
  void lock(uint64_t &Class) {
    In.plain(Class);
    const uint64_t Sub = Class & ~plainClass(Class), Plain = plainClass(Class);
    Class = (Plain >> 63 ? Ids.entity(EntityId(Plain)) | 1ull << 63 : Ids.memberKey(Plain)) | Sub;
  }
  void value(VId &V) {
    In.plain(V);
    if (V >= Values) {
      In.Bad = true;
      V = 0;
    }
  }
};

/// T, or a T that is only read.
template <class X, class T>
concept Either = std::is_same_v<std::remove_const_t<X>, T>;

template <class A, class List> void transferAll(A &Ar, List &L) {
  for (size_t I = 0, N = Ar.count(L); I != N; ++I)
    transfer(Ar, L[I]);
}

template <class A, Either<Pred> T> void transfer(A &Ar, T &X) {
  Ar.value(X.V);
  Ar.plain(X.Op);
  Ar.plain(X.Unsigned);
  Ar.plain(X.Mask);
  Ar.plain(X.C);
}
template <class A, Either<HeldContext> T> void transfer(A &Ar, T &X) {
  Ar.plain(X.Context);
  Ar.plain(X.Sure);
  Ar.value(X.Lock);
  Ar.plain(X.Where);
  Ar.value(X.Subclass);
}
template <class A, Either<ReturnedMember> T> void transfer(A &Ar, T &X) {
  Ar.name(X.Record);
  Ar.name(X.Field);
  Ar.plain(X.Nonzero);
}
template <class A, Either<GfpStore> T> void transfer(A &Ar, T &X) {
  Ar.value(X.Address);
  Ar.value(X.Value);
  Ar.plain(X.Always);
}
template <class A, Either<Atom> T> void transfer(A &Ar, T &X) {
  Ar.plain(X.Kind);
  Ar.value(X.Gfp);
  Ar.plain(X.Prevented);
  transferAll(Ar, X.When);
  transferAll(Ar, X.Ended);
  transferAll(Ar, X.Inside);
  Ar.plain(X.Where);
  Ar.func(X.Callee);
  Ar.plain(X.CalleeAtom);
  Ar.func(X.Target);
  Ar.plain(X.TargetAtom);
  Ar.plain(X.How);
  Ar.plain(X.Depth);
  Ar.plain(X.Conditions);
  Ar.plain(X.Fanout);
  Ar.plain(X.Indirect);
  Ar.plain(X.Decided);
  Ar.plain(X.NoLockdep);
}
template <class A, Either<ParamCall> T> void transfer(A &Ar, T &X) {
  Ar.value(X.Fn);
  for (size_t I = 0, N = Ar.count(X.Args); I != N; ++I)
    Ar.value(X.Args[I]);
  transferAll(Ar, X.When);
  transferAll(Ar, X.Ended);
  transferAll(Ar, X.Inside);
  Ar.plain(X.Where);
  Ar.func(X.Callee);
  Ar.plain(X.CalleeCall);
  Ar.plain(X.Depth);
}
template <class A, Either<Outcome> T> void transfer(A &Ar, T &X) {
  Ar.plain(X.Ret);
  transferAll(Ar, X.Result);
  transferAll(Ar, X.When);
  transferAll(Ar, X.Begun);
  transferAll(Ar, X.Ended);
  transferAll(Ar, X.Members);
  transferAll(Ar, X.Declared);
}
template <class A, Either<FunctionEffects> T> void transfer(A &Ar, T &X) {
  transferAll(Ar, X.Atoms);
  transferAll(Ar, X.ParamCalls);
  transferAll(Ar, X.GfpStores);
  transferAll(Ar, X.GfpResults);
  transferAll(Ar, X.Outcomes);
  Ar.value(X.Ret);
  Ar.plain(X.Analyzed);
}
// Before what follows from all functions, no defect has an entry and no edge a work item.
template <class A, Either<Defect> T> void transfer(A &Ar, T &X) {
  Ar.func(X.Func);
  transfer(Ar, X.Held);
  transfer(Ar, X.Chain);
  Ar.plain(X.InCallee);
  transferAll(Ar, X.Memory);
  Ar.text(X.Lock);
  Ar.text(X.LockClass);
}
template <class A, Either<LockedReclaim> T> void transfer(A &Ar, T &X) {
  Ar.func(X.Func);
  transfer(Ar, X.Held);
  Ar.lock(X.Class);
  Ar.plain(X.InCallee);
  transferAll(Ar, X.Memory);
  transfer(Ar, X.Chain);
}

template <class A, Either<ScopedCall> T> void transfer(A &Ar, T &X) {
  Ar.plain(X.Where);
  Ar.plain(X.Prevents);
}
template <class A, Either<LockedCall> T> void transfer(A &Ar, T &X) {
  Ar.lock(X.Class);
  Ar.plain(X.Where);
}
template <class A, Either<KnownMember> T> void transfer(A &Ar, T &X) {
  Ar.plain(X.Argument);
  Ar.name(X.Record);
  Ar.name(X.Field);
  Ar.value(X.Value);
}
template <class A, Either<CallState> T> void transfer(A &Ar, T &X) {
  Ar.plain(X.Where);
  transferAll(Ar, X.When);
  Ar.plain(X.Lost);
  Ar.value(X.Callee);
  for (size_t I = 0, N = Ar.count(X.Args); I != N; ++I)
    Ar.value(X.Args[I]);
  transferAll(Ar, X.Members);
  Ar.plain(X.NonNull);
  for (size_t I = 0, N = Ar.count(X.Results); I != N; ++I) {
    Ar.plain(X.Results[I].first);
    Ar.plain(X.Results[I].second);
  }
  for (size_t I = 0, N = Ar.count(X.Atomic); I != N; ++I)
    Ar.plain(X.Atomic[I]);
}

} // namespace

void saveFixpoint(const Solution &S, const Fixpoint &Found, const KnownCalls &Calls,
                  ByteWriter &Out) {
  S.Pool.save(Out);
  Saving Ar(Out);
  Out.size(S.Effects.size());
  for (FuncId F = 0; F != S.Effects.size(); ++F) {
    transfer(Ar, S.Effects[F]);
    transferAll(Ar, Found.Defects[F]);
    transferAll(Ar, Found.Scoped[F]);
    transferAll(Ar, Found.Locked[F]);
    transferAll(Ar, Found.LockedCalls[F]);
    transferAll(Ar, Found.GfpStores[F]);
  }
  Out.size(Calls.size() - llvm::count(Calls, nullptr));
  for (FuncId F = 0; F != Calls.size(); ++F)
    if (Calls[F]) {
      Out.plain(F);
      transferAll(Ar, *Calls[F]);
    }
}

bool loadFixpoint(ByteReader &In, const Correspondence &Ids, Solution &S, Fixpoint &Found,
                  KnownCalls &Calls) {
  if (!S.Pool.load(In, Ids))
    return false;
  S.Effects.resize(S.P.Functions.size());
  Found.resize(S.P.Functions.size());
  Loading Ar(In, Ids, S.Pool.size());
  const size_t N = In.size();
  if (N != Ids.functionCount())
    return false;
  FunctionEffects NoEffects;
  Fixpoint Nothing;
  Nothing.resize(1);
  for (size_t I = 0; I != N && !In.Bad; ++I) {
    const FuncId F = Ids.function(I);
    const bool Gone = F == NoFunc;
    auto At = [&](auto &Lists, auto &None) -> auto & { return Gone ? None[0] : Lists[F]; };
    transfer(Ar, Gone ? NoEffects : S.Effects[F]);
    transferAll(Ar, At(Found.Defects, Nothing.Defects));
    transferAll(Ar, At(Found.Scoped, Nothing.Scoped));
    transferAll(Ar, At(Found.Locked, Nothing.Locked));
    transferAll(Ar, At(Found.LockedCalls, Nothing.LockedCalls));
    transferAll(Ar, At(Found.GfpStores, Nothing.GfpStores));
  }
  Calls.resize(S.P.Functions.size());
  for (size_t I = In.size(); I != 0 && !In.Bad; --I) {
    FuncId F = NoFunc;
    Ar.func(F);
    auto Known = std::make_shared<std::vector<CallState>>();
    transferAll(Ar, *Known);
    if (F != NoFunc)
      Calls[F] = std::move(Known);
  }
  return !In.Bad;
}

} // namespace gfpcheck
