//===- ValueTable.cpp - Hash-consed, folded values of one function --------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ValueTable.h"
#include "llvm/ADT/STLExtras.h"
#include <optional>

namespace gfpcheck::extract {

unsigned ValueTable::operandsOf(const Value &V, ValueId Ops[3]) {
  switch (V.Kind) {
  case ValueKind::Unknown:
  case ValueKind::Const:
  case ValueKind::String:
  case ValueKind::Param:
  case ValueKind::Global:
  case ValueKind::Func:
  case ValueKind::Local:
  case ValueKind::Call:
  case ValueKind::Phi:
    return 0;
  case ValueKind::Field:
  case ValueKind::Container:
  case ValueKind::Load:
  case ValueKind::Not:
  case ValueKind::LNot:
  case ValueKind::Neg:
    Ops[0] = V.A;
    return 1;
  case ValueKind::Select:
    Ops[0] = V.A, Ops[1] = V.B, Ops[2] = V.C;
    return 3;
  default:
    Ops[0] = V.A, Ops[1] = V.B;
    return 2;
  }
}

static uint64_t hashOf(const Value &V) {
  uint64_t H = uint64_t(V.Kind) * 0x9E3779B97F4A7C15ull;
  auto Mix = [&H](uint64_t X) {
    H = (H ^ X) * 0xFF51AFD7ED558CCDull;
    H ^= H >> 32;
  };
  Mix(uint64_t(V.A) << 32 | V.B);
  Mix(uint64_t(V.C) ^ uint64_t(V.Imm) * 0xC4CEB9FE1A85EC53ull);
  return H;
}

static bool same(const Value &X, const Value &Y) {
  return X.Kind == Y.Kind && X.A == Y.A && X.B == Y.B && X.C == Y.C && X.Imm == Y.Imm;
}

void ValueTable::clear() {
  Values.assign(1, Value());
  Info.assign(1, NodeInfo());
  Slots.assign(256, 0);
}

void ValueTable::grow() {
  std::vector<ValueId> Old(Slots.size() * 2, 0);
  Old.swap(Slots);
  const uint64_t Mask = Slots.size() - 1;
  for (ValueId Id : Old) {
    if (!Id)
      continue;
    uint64_t H = hashOf(Values[Id]) & Mask;
    while (Slots[H])
      H = (H + 1) & Mask;
    Slots[H] = Id;
  }
}

ValueId ValueTable::intern(Value V, IntType T) {
  const uint64_t Mask = Slots.size() - 1;
  uint64_t H = hashOf(V) & Mask;
  while (ValueId Id = Slots[H]) {
    if (same(Values[Id], V))
      return Id;
    H = (H + 1) & Mask;
  }
  NodeInfo N;
  N.Type = T;
  N.HasPhi = V.Kind == ValueKind::Phi;
  N.HasLocal = V.Kind == ValueKind::Local;
  N.HasLoad = V.Kind == ValueKind::Load || V.Kind == ValueKind::Phi;
  ValueId Ops[3];
  unsigned Weight = 1;
  for (unsigned I = 0, E = operandsOf(V, Ops); I != E; ++I) {
    const NodeInfo &Op = Info[Ops[I]];
    Weight += Op.Weight;
    N.HasPhi |= Op.HasPhi;
    N.HasLocal |= Op.HasLocal;
    N.HasLoad |= Op.HasLoad;
  }
  if (Weight > MaxWeight)
    return 0;
  N.Weight = uint8_t(Weight);
  ValueId Id = Values.size();
  Values.push_back(V);
  Info.push_back(N);
  Slots[H] = Id;
  if (Values.size() * 2 > Slots.size())
    grow();
  return Id;
}

int64_t ValueTable::wrap(int64_t N, IntType T) {
  if (T.Width == 0 || T.Width >= 64)
    return N;
  uint64_t Mask = (uint64_t(1) << T.Width) - 1;
  uint64_t U = uint64_t(N) & Mask;
  if (!T.Unsigned && (U >> (T.Width - 1)))
    U |= ~Mask;
  return int64_t(U);
}

bool ValueTable::isBoolean(ValueId Id) const {
  const Value &V = Values[Id];
  switch (V.Kind) {
  case ValueKind::LNot:
  case ValueKind::Eq:
  case ValueKind::Ne:
  case ValueKind::Lt:
  case ValueKind::Le:
  case ValueKind::Gt:
  case ValueKind::Ge:
  case ValueKind::LAnd:
  case ValueKind::LOr:
    return true;
  case ValueKind::Const:
    return V.Imm == 0 || V.Imm == 1;
  case ValueKind::Select:
    return isBoolean(V.B) && isBoolean(V.C);
  default:
    return false;
  }
}

ValueId ValueTable::constant(int64_t N) {
  Value V;
  V.Kind = ValueKind::Const;
  V.Imm = N;
  return intern(V, IntType());
}

ValueId ValueTable::leaf(ValueKind Kind, uint32_t A) {
  Value V;
  V.Kind = Kind;
  V.A = A;
  return intern(V, IntType());
}

ValueId ValueTable::field(ValueId Base, StrId Record, StrId Name) {
  const Value &B = Values[Base];
  if (B.Kind == ValueKind::Container && B.B == Record && B.C == Name)
    return B.A;
  Value V;
  V.Kind = ValueKind::Field;
  V.A = Base, V.B = Record, V.C = Name;
  return intern(V, IntType());
}

ValueId ValueTable::container(ValueId Base, StrId Record, StrId Name) {
  const Value &B = Values[Base];
  if (B.Kind == ValueKind::Field && B.B == Record && B.C == Name)
    return B.A;
  Value V;
  V.Kind = ValueKind::Container;
  V.A = Base, V.B = Record, V.C = Name;
  return intern(V, IntType());
}

ValueId ValueTable::index(ValueId Base, ValueId Idx, bool IsArray) {
  if (!Base)
    return 0;
  if (!isConst(Idx))
    Idx = 0;
  const Value B = Values[Base];
  if (!IsArray) {
    if (isConst(Idx, 0))
      return Base;
    // Element I of the array that starts at element J.
    if (B.Kind == ValueKind::Index) {
      if (!Idx || !B.B)
        return index(B.A, 0, true);
      return index(B.A, constant(Values[B.B].Imm + Values[Idx].Imm), true);
    }
  }
  Value V;
  V.Kind = ValueKind::Index;
  V.A = Base, V.B = Idx;
  return intern(V, IntType());
}

ValueId ValueTable::load(ValueId Address) {
  if (!Address || isConst(Address))
    return 0;
  Value V;
  V.Kind = ValueKind::Load;
  V.A = Address;
  return intern(V, IntType());
}

ValueId ValueTable::phi(uint32_t Number) {
  Value V;
  V.Kind = ValueKind::Phi;
  V.A = Number;
  V.B = UINT32_MAX; // not yet numbered: cannot equal a numbered one
  ValueId Id = Values.size();
  Values.push_back(V);
  Info.push_back(NodeInfo{IntType(), 1, true, false, true});
  return Id;
}

void ValueTable::setPhi(ValueId Id, uint32_t Begin, uint32_t Count) {
  Values[Id].A = Begin;
  Values[Id].B = Count;
}

ValueId ValueTable::make(ValueKind Kind, ValueId A, ValueId B, IntType T) {
  Value V;
  V.Kind = Kind;
  V.A = A, V.B = B;
  if (Kind >= ValueKind::Lt && Kind <= ValueKind::Ge)
    V.Imm = T.Unsigned;
  return intern(V, T);
}

ValueId ValueTable::unary(ValueKind Kind, ValueId A, IntType T) {
  const Value V = Values[A];
  switch (Kind) {
  case ValueKind::Not:
    if (V.Kind == ValueKind::Const)
      return constant(wrap(~V.Imm, T));
    if (V.Kind == ValueKind::Not)
      return V.A;
    break;
  case ValueKind::Neg:
    if (V.Kind == ValueKind::Const)
      return constant(wrap(int64_t(0 - uint64_t(V.Imm)), T));
    break;
  default: { // LNot
    static const ValueKind Opposite[] = {ValueKind::Ne, ValueKind::Eq, ValueKind::Ge,
                                         ValueKind::Gt, ValueKind::Le, ValueKind::Lt};
    if (V.Kind == ValueKind::Const)
      return constant(V.Imm == 0);
    if (V.Kind == ValueKind::LNot)
      return truth(V.A);
    if (V.Kind >= ValueKind::Eq && V.Kind <= ValueKind::Ge)
      return make(Opposite[unsigned(V.Kind) - unsigned(ValueKind::Eq)], V.A, V.B,
                  {Info[A].Type.Width, V.Imm != 0});
    break;
  }
  }
  if (!A)
    return 0;
  return make(Kind, A, 0, T);
}

ValueId ValueTable::binary(ValueKind Kind, ValueId A, ValueId B, IntType T) {
  switch (Kind) {
  case ValueKind::And:
  case ValueKind::Or:
  case ValueKind::Xor:
    return foldBits(Kind, A, B, T);
  case ValueKind::Eq:
  case ValueKind::Ne:
  case ValueKind::Lt:
  case ValueKind::Le:
  case ValueKind::Gt:
  case ValueKind::Ge:
    return foldCompare(Kind, A, B, T);
  case ValueKind::LAnd:
  case ValueKind::LOr:
    return foldLogic(Kind, A, B, T);
  default:
    return foldArith(Kind, A, B, T);
  }
}

// Keeps flag words in the form (x & mask) | bits: constants to the right, masks of
// masks and bits of bits combined, masks that only clear bits set before applied.
ValueId ValueTable::foldBits(ValueKind Kind, ValueId A, ValueId B, IntType T) {
  if (isConst(A) && !isConst(B))
    std::swap(A, B);
  if (A == B && A)
    return Kind == ValueKind::Xor ? constant(0) : A;
  if (isConst(B)) {
    const int64_t N = Values[B].Imm;
    const Value V = Values[A];
    if (V.Kind == ValueKind::Const)
      return constant(wrap(Kind == ValueKind::And  ? V.Imm & N
                           : Kind == ValueKind::Or ? V.Imm | N
                                                   : V.Imm ^ N,
                           T));
    if (Kind == ValueKind::And) {
      if (N == 0)
        return constant(0);
      if (wrap(N, T) == wrap(-1, T))
        return A;
      if (V.Kind == ValueKind::And && isConst(V.B))
        return foldBits(ValueKind::And, V.A, constant(wrap(Values[V.B].Imm & N, T)), T);
      if (V.Kind == ValueKind::Or && isConst(V.B)) {
        ValueId Rest = foldBits(ValueKind::And, V.A, B, T);
        return foldBits(ValueKind::Or, Rest, constant(wrap(Values[V.B].Imm & N, T)), T);
      }
      if (V.Kind == ValueKind::Select && isConst(V.B) && isConst(V.C))
        return select(V.A, constant(Values[V.B].Imm & N), constant(Values[V.C].Imm & N));
    } else {
      if (N == 0)
        return A;
      if (V.Kind == Kind && isConst(V.B)) {
        int64_t M = Values[V.B].Imm;
        return foldBits(Kind, V.A, constant(wrap(Kind == ValueKind::Or ? M | N : M ^ N, T)), T);
      }
      if (V.Kind == ValueKind::Select && isConst(V.B) && isConst(V.C) && Kind == ValueKind::Or)
        return select(V.A, constant(Values[V.B].Imm | N), constant(Values[V.C].Imm | N));
    }
  } else if (!A || !B) {
    // x & unknown and x | unknown still bound the result where x is a constant
    // (above); otherwise nothing is known.
    return 0;
  } else if (A > B) {
    std::swap(A, B);
  }
  return make(Kind, A, B, T);
}

static std::optional<int64_t> evaluate(ValueKind Kind, int64_t A, int64_t B, IntType T) {
  const uint64_t UA = uint64_t(A), UB = uint64_t(B);
  switch (Kind) {
  case ValueKind::Add:
    return int64_t(UA + UB);
  case ValueKind::Sub:
    return int64_t(UA - UB);
  case ValueKind::Mul:
    return int64_t(UA * UB);
  case ValueKind::Div:
  case ValueKind::Rem:
    if (B == 0 || (!T.Unsigned && B == -1))
      return std::nullopt;
    if (Kind == ValueKind::Div)
      return T.Unsigned ? int64_t(UA / UB) : A / B;
    return T.Unsigned ? int64_t(UA % UB) : A % B;
  case ValueKind::Shl:
    return UB < 64 ? std::optional<int64_t>(int64_t(UA << UB)) : std::nullopt;
  case ValueKind::Shr:
    if (UB >= 64)
      return std::nullopt;
    return T.Unsigned ? int64_t(UA >> UB) : A >> B;
  default:
    return std::nullopt;
  }
}

ValueId ValueTable::foldArith(ValueKind Kind, ValueId A, ValueId B, IntType T) {
  if (isConst(A) && isConst(B)) {
    if (auto N = evaluate(Kind, Values[A].Imm, Values[B].Imm, T))
      return constant(wrap(*N, T));
    return 0;
  }
  if (Kind == ValueKind::Sub && isConst(B)) {
    Kind = ValueKind::Add;
    B = constant(wrap(int64_t(0 - uint64_t(Values[B].Imm)), {64, false}));
  }
  if (Kind == ValueKind::Add) {
    if (isConst(A))
      std::swap(A, B);
    if (isConst(B, 0))
      return A;
    const Value V = Values[A];
    if (isConst(B) && V.Kind == ValueKind::Add && isConst(V.B)) {
      int64_t Sum = int64_t(uint64_t(Values[V.B].Imm) + uint64_t(Values[B].Imm));
      return foldArith(ValueKind::Add, V.A, constant(wrap(Sum, T)), T);
    }
    // A computed displacement from a named object: an instance of it (per-CPU
    // variables are addressed so).
    auto IsObject = [this](ValueId Id) {
      while (Values[Id].Kind == ValueKind::Field || Values[Id].Kind == ValueKind::Index)
        Id = Values[Id].A;
      return Values[Id].Kind == ValueKind::Global;
    };
    if (!isConst(B) && IsObject(B))
      return index(B, 0, true);
    if (!isConst(B) && IsObject(A))
      return index(A, 0, true);
  }
  if ((Kind == ValueKind::Shl || Kind == ValueKind::Shr) && isConst(B, 0))
    return A;
  if (Kind == ValueKind::Mul) {
    if (isConst(A))
      std::swap(A, B);
    if (isConst(B, 0))
      return B;
    if (isConst(B, 1))
      return A;
  }
  if (Kind == ValueKind::Div && isConst(B, 1))
    return A;
  if (!A || !B)
    return 0;
  return make(Kind, A, B, T);
}

ValueId ValueTable::foldCompare(ValueKind Kind, ValueId A, ValueId B, IntType T) {
  if (isConst(A) && !isConst(B)) {
    std::swap(A, B);
    static const ValueKind Mirrored[] = {ValueKind::Eq, ValueKind::Ne, ValueKind::Gt,
                                         ValueKind::Ge, ValueKind::Lt, ValueKind::Le};
    Kind = Mirrored[unsigned(Kind) - unsigned(ValueKind::Eq)];
  }
  const bool Equality = Kind == ValueKind::Eq || Kind == ValueKind::Ne;
  if (isConst(B)) {
    const int64_t N = Values[B].Imm;
    if (isConst(A)) {
      const int64_t M = Values[A].Imm;
      const bool Less = T.Unsigned ? uint64_t(M) < uint64_t(N) : M < N;
      switch (Kind) {
      case ValueKind::Eq:
        return constant(M == N);
      case ValueKind::Ne:
        return constant(M != N);
      case ValueKind::Lt:
        return constant(Less);
      case ValueKind::Le:
        return constant(Less || M == N);
      case ValueKind::Gt:
        return constant(!Less && M != N);
      default:
        return constant(!Less);
      }
    }
    if (Equality && isBoolean(A) && (N == 0 || N == 1))
      return (Kind == ValueKind::Ne) == (N == 0) ? A : unary(ValueKind::LNot, A, T);
    if (Equality && N == 0) {
      if (Values[A].Kind == ValueKind::Local || Values[A].Kind == ValueKind::String)
        return constant(Kind == ValueKind::Ne);
      if (Kind == ValueKind::Eq)
        return unary(ValueKind::LNot, A, T);
    }
    if (T.Unsigned && N == 0) {
      if (Kind == ValueKind::Ge)
        return constant(1);
      if (Kind == ValueKind::Lt)
        return constant(0);
    }
  }
  if (!A || !B)
    return 0;
  // Two loads of one place are one value here, but `x != READ_ONCE(p->x)` tests whether
  // it changed.
  if (A == B && Info[A].HasLoad)
    return 0;
  if (A == B)
    return constant(Kind == ValueKind::Eq || Kind == ValueKind::Le || Kind == ValueKind::Ge);
  if (Equality) {
    if (!isConst(B) && A > B)
      std::swap(A, B);
    T = IntType();
  }
  return make(Kind, A, B, T);
}

ValueId ValueTable::foldLogic(ValueKind Kind, ValueId A, ValueId B, IntType T) {
  const bool IsAnd = Kind == ValueKind::LAnd;
  if (isConst(A))
    return (Values[A].Imm != 0) == IsAnd ? truth(B) : constant(!IsAnd);
  if (isConst(B))
    return (Values[B].Imm != 0) == IsAnd ? truth(A) : constant(!IsAnd);
  if (A && A == B)
    return truth(A);
  // An unknown conjunct still leaves the other one implied.
  if (!A && !B)
    return 0;
  return make(Kind, A, B, IntType());
}

ValueId ValueTable::select(ValueId Cond, ValueId IfTrue, ValueId IfFalse) {
  if (isConst(Cond))
    return Values[Cond].Imm ? IfTrue : IfFalse;
  if (IfTrue == IfFalse)
    return IfTrue;
  const Value C = Values[Cond];
  if (C.Kind == ValueKind::LNot)
    return select(C.A, IfFalse, IfTrue);
  if (C.Kind == ValueKind::Ne && isConst(C.B, 0))
    return select(C.A, IfTrue, IfFalse);
  if (isConst(IfTrue, 1) && isConst(IfFalse, 0) && Cond)
    return truth(Cond);
  if (isConst(IfTrue, 0) && isConst(IfFalse, 1) && Cond)
    return unary(ValueKind::LNot, Cond, IntType());
  if (!IfTrue && !IfFalse)
    return 0;
  Value V;
  V.Kind = ValueKind::Select;
  V.A = Cond, V.B = IfTrue, V.C = IfFalse;
  return intern(V, IntType());
}

} // namespace gfpcheck::extract
