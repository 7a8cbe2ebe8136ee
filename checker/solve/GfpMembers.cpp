//===- GfpMembers.cpp - GFP flags kept in memory -----------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GfpMembers.h"
#include "PathState.h"

using namespace llvm;

namespace gfpcheck {

// The owner of the object that has the member: (inode, i_mapping) for
// inode->i_mapping->gfp_mask. Members that the model calls the same object are one.
uint64_t GfpMembers::owner(VId Address) const {
  VId Object = S.Pool.node(Address).A;
  if (const VNode N = S.Pool.node(Object); N.Kind == ValueKind::Select)
    Object = S.Pool.node(N.B).Kind == ValueKind::Const ? N.C : N.B; // "or NULL"
  if (S.Pool.node(Object).Kind == ValueKind::Load)
    Object = S.Pool.node(Object).A;
  if (S.Pool.node(Object).Kind != ValueKind::Field)
    return 0;
  uint64_t Key = lockClass(S.Pool, S.P, Object);
  return S.GfpOwnerKeys.contains(Key) ? 0 : Key;
}

void GfpMembers::add(FuncId Where, const GfpStore &X) {
  const VNode A = S.Pool.node(X.Address);
  auto &List = Stores[{Member{A.B, A.C}.key(), S.P.provider(Where)}];
  List.push_back({owner(X.Address), X.Value});
}

bool GfpMembers::mayHave(VId Value, uint64_t Bits, unsigned Depth) const {
  const VNode N = S.Pool.node(Value);
  if (Depth > 8)
    return true;
  switch (N.Kind) {
  case ValueKind::Const:
    return (uint64_t(N.Imm) & Bits) == Bits;
  case ValueKind::And:
    return mayHave(N.A, Bits, Depth + 1) && mayHave(N.B, Bits, Depth + 1);
  case ValueKind::Or:
    return mayHave(N.A, Bits, Depth + 1) || mayHave(N.B, Bits, Depth + 1);
  case ValueKind::Select:
    return mayHave(N.B, Bits, Depth + 1) || mayHave(N.C, Bits, Depth + 1);
  case ValueKind::Phi:
    return llvm::any_of(S.Pool.operands(Value),
                        [&](VId O) { return O == Value || mayHave(O, Bits, Depth + 1); });
  default:
    return true;
  }
}

Truth GfpMembers::decide(const Pred &X, FuncId User) const {
  if (X.Op != PredOp::Ne || X.C != 0)
    return Truth::Unknown;
  const VId Address = S.Pool.node(X.V).A;
  const VNode A = S.Pool.node(Address);
  const uint64_t Key = Member{A.B, A.C}.key(), Owner = owner(Address);
  auto Look = [&](NameId Provider) -> std::optional<bool> {
    auto It = Stores.find({Key, Provider});
    std::optional<bool> May;
    if (It != Stores.end())
      for (const Store &St : It->second)
        if (St.Owner == Owner || !St.Owner || !S.GfpMemberKeys.lookup(Key))
          // The last word on the flag is the strictest: it is there for the flag's sake.
          May = May.value_or(true) && mayHave(St.Value, X.Mask);
    return May;
  };
  if (Owner) { // one kind of object: whoever stores to it
    std::optional<bool> May;
    for (const auto &[Where, List] : Stores)
      if (Where.first == Key)
        for (const Store &St : List)
          if (St.Owner == Owner)
            May = May.value_or(true) && mayHave(St.Value, X.Mask);
    if (May)
      return *May ? Truth::True : Truth::False;
  }
  if (NameId Provider = S.P.provider(User))
    if (auto May = Look(Provider))
      return *May ? Truth::True : Truth::False;
  if (auto May = Look(0))
    return *May ? Truth::True : Truth::Unknown;
  return Truth::Unknown;
}

} // namespace gfpcheck
