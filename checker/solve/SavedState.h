//===- SavedState.h - A fixpoint in bytes ---------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_SAVEDSTATE_H
#define GFPCHECK_SOLVE_SAVEDSTATE_H

#include "Engine.h"
#include "gfpcheck/link/SavedProgram.h"

namespace gfpcheck {

/// The values, effects and lists of a fixpoint, which is that of \p S.P, and calls that are known.
void saveFixpoint(const Solution &S, const Fixpoint &Found, const KnownCalls &Calls,
                  ByteWriter &Out);

/// Reads one into \p S, \p Found and \p Calls, whose program has the ids that \p Ids says. What is
/// known of functions that are not there is left out. False: it is not such a fixpoint.
bool loadFixpoint(ByteReader &In, const Correspondence &Ids, Solution &S, Fixpoint &Found,
                  KnownCalls &Calls);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_SAVEDSTATE_H
