//===- PathState.cpp - What holds at a point of a function -----------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PathState.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

bool sameContexts(ArrayRef<HeldContext> A, ArrayRef<HeldContext> B) {
  if (A.size() != B.size())
    return false;
  for (size_t I = 0; I != A.size(); ++I)
    if (!A[I].same(B[I]))
      return false;
  return true;
}

bool PathState::sameContexts(const PathState &O) const {
  return gfpcheck::sameContexts(Held, O.Held) && gfpcheck::sameContexts(Ended, O.Ended);
}

bool PathState::merge(const PathState &O) {
  size_t OldFacts = Facts.size(), OldPhis = Phis.size();
  SmallVector<Pred, 6> Before(Facts);
  intersectFacts(Facts, O.Facts);
  llvm::erase_if(Phis, [&](const auto &P) { return !is_contained(O.Phis, P); });
  size_t OldLocals = Locals.size();
  llvm::erase_if(Locals, [&](const auto &L) { return !is_contained(O.Locals, L); });
  size_t OldDeclared = Declared.size();
  llvm::erase_if(Declared, [&](const Pred &X) { return !is_contained(O.Declared, X); });
  size_t OldHere = DeclaredHere.size();
  llvm::erase_if(DeclaredHere, [&](const Pred &X) { return !is_contained(O.DeclaredHere, X); });
  bool Changed = Locals.size() != OldLocals || DeclaredHere.size() != OldHere ||
                 Declared.size() != OldDeclared || Facts.size() != OldFacts ||
                 Phis.size() != OldPhis || Before != Facts;
  for (VId W : O.Written)
    if (!is_contained(Written, W)) {
      Written.push_back(W);
      Changed = true;
    }
  for (size_t I = 0; I != Held.size(); ++I)
    if (Held[I].Sure && !O.Held[I].Sure) {
      Held[I].Sure = false;
      Changed = true;
    }
  if (Ret != O.Ret && Ret) {
    Ret = 0;
    Changed = true;
  }
  return Changed;
}

VId lockObject(const ValuePool &Pool, const Program &P, VId Lock) {
  while (Pool.node(Lock).Kind == ValueKind::Field) {
    const VNode &N = Pool.node(Lock);
    if (!P.LockWrappers.contains(Member{N.B, N.C}.key()))
      break;
    Lock = Pool.node(Lock).A;
  }
  return Lock;
}

uint64_t lockClass(const ValuePool &Pool, const Program &P, VId Lock) {
  Lock = lockObject(Pool, P, Lock);
  for (;;) {
    const VNode &N = Pool.node(Lock);
    switch (N.Kind) {
    case ValueKind::Field:
      return Member{N.B, N.C}.key();
    case ValueKind::Global:
      return N.A & SpecialBit ? 0 : uint64_t(N.A) | 1ull << 63;
    case ValueKind::Index:
      Lock = N.A;
      continue;
    case ValueKind::Load: // lock pointer kept in a member: that member is its class
      Lock = N.A;
      if (Pool.node(Lock).Kind == ValueKind::Param)
        return 0;
      continue;
    default:
      return 0;
    }
  }
}

uint64_t withSubclass(uint64_t Class, const ValuePool &Pool, VId Subclass) {
  const VNode &N = Pool.node(Subclass);
  return Class && N.Kind == ValueKind::Const && uint64_t(N.Imm) <= MaxSubclass
             ? Class | uint64_t(N.Imm) << SubclassShift
             : Class;
}

uint64_t lockClass(const ValuePool &Pool, const Program &P, const HeldContext &H) {
  const uint64_t One = P.ContextClass[H.Context];
  return One ? One : withSubclass(lockClass(Pool, P, H.Lock), Pool, H.Subclass);
}

Truth truthInContext(const ValuePool &Pool, const Program &P, const ContextKind &C, const Pred &X) {
  if (X.C != 0 || (X.Op != PredOp::Eq && X.Op != PredOp::Ne))
    return Truth::Unknown;
  const VNode &N = Pool.node(X.V);
  if (N.Kind != ValueKind::Load)
    return Truth::Unknown;
  const VNode &G = Pool.node(N.A);
  if (G.Kind != ValueKind::Global || !(G.A & SpecialBit))
    return Truth::Unknown;
  StringRef Name = P.name(G.A & ~SpecialBit);
  bool Nonzero = Name == "preempt_count" ? C.Nonzero && (C.Nonzero & ~X.Mask) == 0
                                         : !C.Test.empty() && Name == C.Test;
  if (!Nonzero)
    return Truth::Unknown;
  return X.Op == PredOp::Ne ? Truth::True : Truth::False;
}

size_t findHeld(const ValuePool &Pool, const Program &P, ArrayRef<HeldContext> Held, ContextId C,
                VId Lock, bool Token) {
  // A pointer loaded from memory may be any lock; a value that only this function knows
  // likewise. A parameter is the caller's lock, and not one of a known class taken here.
  auto Any = [&](VId L) {
    L = lockObject(Pool, P, L);
    if (Pool.node(L).Kind == ValueKind::Field) // of whatever object: of this class
      return false;
    return !L || (Pool.node(L).Flags & VF_Opaque) || Pool.node(L).Kind == ValueKind::Load;
  };
  size_t SameClass = Npos, Unknown = Npos;
  uint64_t Class = Lock ? lockClass(Pool, P, Lock) : 0;
  for (size_t I = Held.size(); I-- > 0;) {
    if (Held[I].Context != C)
      continue;
    if (Held[I].Lock == Lock)
      return I;
    uint64_t Other = Held[I].Lock ? lockClass(Pool, P, Held[I].Lock) : 0;
    if (SameClass == Npos && Class && Other == Class)
      SameClass = I;
    if (Token && bool(Class) != bool(Other) && Held[I].Lock && Lock)
      continue;
    bool Known = Class && Other && Class != Other && !Any(Lock) && !Any(Held[I].Lock);
    if (Unknown == Npos && !Known && (Any(Lock) || Any(Held[I].Lock) || !Other))
      Unknown = I;
  }
  return SameClass != Npos ? SameClass : Unknown;
}

} // namespace gfpcheck
