//===- Operands.h - What a value is made of ---------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_LINK_OPERANDS_H
#define GFPCHECK_LINK_OPERANDS_H

#include "gfpcheck/summary/Summary.h"
#include "llvm/ADT/SmallVector.h"

namespace gfpcheck {

/// The values that \p X (a Value or a VNode) is made of: what an address lies in, what is loaded
/// from, the operands of an operation. None of a leaf, a phi or a call.
template <typename Node> llvm::SmallVector<uint32_t, 3> operandsOf(const Node &X) {
  switch (X.Kind) {
  case ValueKind::Unknown:
  case ValueKind::Const:
  case ValueKind::String:
  case ValueKind::Param:
  case ValueKind::Global:
  case ValueKind::Func:
  case ValueKind::Local:
  case ValueKind::Call:
  case ValueKind::Phi:
    return {};
  case ValueKind::Field:
  case ValueKind::Load:
  case ValueKind::Container:
  case ValueKind::Not:
  case ValueKind::LNot:
  case ValueKind::Neg:
    return {X.A};
  case ValueKind::Index:
    if (!X.B)
      return {X.A};
    return {X.A, X.B};
  case ValueKind::Select:
    return {X.A, X.B, X.C};
  default:
    return {X.A, X.B};
  }
}

/// Argument number \p I of the call \p E of \p F; 0: it has none.
inline ValueId argument(const Function &F, const Event &E, unsigned I) {
  return I < E.ArgCount ? F.Operands[E.ArgBegin + I] : 0;
}

} // namespace gfpcheck

#endif // GFPCHECK_LINK_OPERANDS_H
