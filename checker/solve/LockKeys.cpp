//===- LockKeys.cpp - What annotations say of lock classes -----------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LockKeys.h"
#include "PathState.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

std::vector<LockAnnotation> findLockAnnotations(const Program &P, const Model &M) {
  const std::vector<const LockAnnotationModel *> ModelOf = P.byEntity(M.LockAnnotations);
  std::vector<LockAnnotation> Out;
  for (FuncId F = 0; F != P.Functions.size(); ++F) {
    const Function &Body = P.function(F);
    for (const Event &E : Body.Events) {
      const LockAnnotationModel *A = ModelOf[P.calledEntity(F, E)];
      if (!A || A->Argument >= E.ArgCount)
        continue;
      const uint64_t Class = P.addressClass(F, Body.Operands[E.ArgBegin + A->Argument]);
      bool Static = false;
      if (A->Key >= 0 && uint32_t(A->Key) < E.ArgCount) {
        const Value *Key = &Body.Values[Body.Operands[E.ArgBegin + A->Key]];
        while (Key->Kind == ValueKind::Index || Key->Kind == ValueKind::Field)
          Key = &Body.Values[Key->A];
        Static = Key->Kind == ValueKind::Global;
      }
      if (Class)
        Out.push_back({F, Class, A, Static});
    }
  }
  return Out;
}

namespace {

template <typename List, typename Pred> size_t drop(List &L, Pred Out) {
  const size_t Before = L.size();
  llvm::erase_if(L, Out);
  return Before - L.size();
}

} // namespace

void dropUnchecked(Solution &S, ArrayRef<LockAnnotation> Annotations,
                   MutableArrayRef<std::vector<LockedCall>> LockedCalls) {
  S.Caps.NoLockdep += drop(S.Locked, [](const LockedReclaim &X) { return X.Chain.NoLockdep; });
  DenseSet<uint64_t> Unchecked;
  for (const LockAnnotation &A : Annotations)
    if (A.Model->Key < 0)
      Unchecked.insert(A.Class);
  S.Caps.NoValidate += drop(S.Locked, [&](const LockedReclaim &X) {
    return !X.Work && Unchecked.contains(plainClass(X.Class));
  });
  for (const LockKeyModel &K : S.M.LockKeys) {
    const uint64_t Class = S.P.memberKey(K.Member);
    auto Own = [&](FuncId F) {
      return llvm::any_of(
          K.Files, [&](StringRef Prefix) { return S.P.functionFile(F).starts_with(Prefix); });
    };
    S.Caps.OwnKeys += drop(S.Locked, [&](const LockedReclaim &X) {
      return plainClass(X.Class) == Class && Own(X.Func);
    });
    for (FuncId F = 0; F != LockedCalls.size(); ++F)
      if (!LockedCalls[F].empty() && Own(F))
        llvm::erase_if(LockedCalls[F],
                       [&](const LockedCall &C) { return plainClass(C.Class) == Class; });
  }
}

void dropOwnClasses(Solution &S, ArrayRef<LockAnnotation> Annotations) {
  DenseSet<std::pair<uint64_t, NameId>> Own;
  for (const LockAnnotation &A : Annotations)
    if (NameId Provider = S.P.provider(A.Func); Provider && A.StaticKey)
      Own.insert({A.Class, Provider});
  DenseMap<uint64_t, SmallVector<const ReclaimLock *, 2>> Waits;
  for (const ReclaimLock &R : S.ReclaimLocks)
    Waits[R.Class].push_back(&R);
  auto By = [&](const ReclaimLock &R, NameId Provider) {
    return R.Provider == Provider ||
           llvm::any_of(R.Way, [&](const CallHop &H) { return S.P.provider(H.Func) == Provider; });
  };
  S.Caps.OwnKeys += drop(S.Locked, [&](const LockedReclaim &X) {
    const NameId Provider = S.P.provider(X.Func);
    auto It = Waits.find(X.Class);
    return Own.contains({plainClass(X.Class), Provider}) && It != Waits.end() &&
           llvm::none_of(It->second, [&](const ReclaimLock *R) { return By(*R, Provider); });
  });
  S.Caps.Subclasses += llvm::count_if(S.Locked, [&](const LockedReclaim &X) {
    return subclassOf(X.Class) && !Waits.contains(X.Class) && Waits.contains(plainClass(X.Class));
  });
}

} // namespace gfpcheck
