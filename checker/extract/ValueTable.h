//===- ValueTable.h - Hash-consed, folded values of one function ----*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_VALUETABLE_H
#define GFPCHECK_EXTRACT_VALUETABLE_H

#include "gfpcheck/summary/Summary.h"
#include "llvm/ADT/ArrayRef.h"

namespace gfpcheck::extract {

/// The C integer (or pointer) type that an operation is done in; constants are
/// wrapped to it.
struct IntType {
  uint8_t Width = 64;
  bool Unsigned = true;
};

/// The values of one function while it is built. Every constructor returns the one
/// id of an equal value if there is one, after constant folding and the few
/// algebraic identities that keep flag words in the form (x & mask) | bits and cancel
/// member access against container_of. Value 0 is Unknown; two Unknowns are never
/// taken to be equal. Expressions larger than MaxWeight nodes (counted as a tree)
/// become Unknown, so that no reader of a summary can be made to walk an
/// exponential expression. Not thread-safe.
class ValueTable {
public:
  static constexpr unsigned MaxWeight = 200;

  ValueTable() { clear(); }
  /// Forgets everything but Unknown.
  void clear();

  const Value &operator[](ValueId Id) const { return Values[Id]; }
  llvm::ArrayRef<Value> all() const { return Values; }
  IntType typeOf(ValueId Id) const { return Info[Id].Type; }
  bool hasPhi(ValueId Id) const { return Info[Id].HasPhi; }
  bool hasLocal(ValueId Id) const { return Info[Id].HasLocal; }
  bool isConst(ValueId Id) const { return Values[Id].Kind == ValueKind::Const; }
  bool isConst(ValueId Id, int64_t N) const { return isConst(Id) && Values[Id].Imm == N; }
  /// The values that V refers to in A, B and C (not a Phi's); returns how many.
  static unsigned operandsOf(const Value &V, ValueId Operands[3]);
  /// Value is 0 or 1 by construction.
  bool isBoolean(ValueId Id) const;

  ValueId constant(int64_t N);
  /// Param, Global, Func, Local, String, Call: values without operands.
  ValueId leaf(ValueKind Kind, uint32_t A = 0);
  ValueId field(ValueId Base, StrId Record, StrId Name);
  ValueId container(ValueId Base, StrId Record, StrId Name);
  /// Address of element Idx of the array at Base; IsArray is false where Base is a
  /// plain pointer, whose element 0 is the pointer itself.
  ValueId index(ValueId Base, ValueId Idx, bool IsArray);
  ValueId load(ValueId Address);
  ValueId unary(ValueKind Kind, ValueId A, IntType T);
  ValueId binary(ValueKind Kind, ValueId A, ValueId B, IntType T);
  ValueId select(ValueId Cond, ValueId IfTrue, ValueId IfFalse);
  /// A != 0 as 0 or 1.
  ValueId truth(ValueId A) { return binary(ValueKind::Ne, A, constant(0), IntType()); }
  /// A new Phi, distinct from all others; Number is kept in A.
  ValueId phi(uint32_t Number);
  /// Sets a Phi's operand range (after renumbering).
  void setPhi(ValueId Id, uint32_t Begin, uint32_t Count);

  /// N wrapped to T.
  static int64_t wrap(int64_t N, IntType T);

private:
  struct NodeInfo {
    IntType Type;
    uint8_t Weight = 1;
    bool HasPhi = false;
    bool HasLocal = false;
    bool HasLoad = false; ///< may differ each time it is evaluated
  };

  ValueId intern(Value V, IntType T);
  ValueId foldBits(ValueKind Kind, ValueId A, ValueId B, IntType T);
  ValueId foldArith(ValueKind Kind, ValueId A, ValueId B, IntType T);
  ValueId foldCompare(ValueKind Kind, ValueId A, ValueId B, IntType T);
  ValueId foldLogic(ValueKind Kind, ValueId A, ValueId B, IntType T);
  ValueId make(ValueKind Kind, ValueId A, ValueId B, IntType T);
  void grow();

  std::vector<Value> Values;
  std::vector<NodeInfo> Info;
  std::vector<ValueId> Slots; ///< open addressing, power of two, 0 is free
};

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_VALUETABLE_H
