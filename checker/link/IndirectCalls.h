//===- IndirectCalls.h - Where function pointers come from -----------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_LINK_INDIRECTCALLS_H
#define GFPCHECK_LINK_INDIRECTCALLS_H

#include "gfpcheck/link/Program.h"

namespace gfpcheck {

/// Fills P.Targets, P.InstanceTargets, P.VariableTargets, P.Roots and
/// P.MissingInlines. Linear in events.
void collectIndirect(Program &P, const Model &M);

} // namespace gfpcheck

#endif // GFPCHECK_LINK_INDIRECTCALLS_H
