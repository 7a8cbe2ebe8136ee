//===- FlagFixes.h - Other GFP flags in the source --------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A check knows which call gives the flags that are wrong, and which would do. Where the
// call's own text names them, that is a fix-it. A summary has the call's place only, so
// the text is looked at when all checks have run.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_FLAGFIXES_H
#define GFPCHECK_CHECKS_FLAGFIXES_H

#include "gfpcheck/report/Finding.h"
#include "gfpcheck/report/SourceText.h"
#include "gfpcheck/solve/Solver.h"

namespace gfpcheck {

/// Proposes that the call \p Where of \p Func be given \p Flags ("GFP_NOFS"). Until
/// placeFlagFixes() the fix-it is one of the call: its place, and its name as Old.
void proposeFlags(const Solution &S, Finding &F, FuncId Func, EventIdx Where, const char *Flags);

/// Makes the proposals fix-its of the constant that the call names, if one only lets reclaim
/// further than the flags proposed, and drops the others. What else a constant says is kept:
/// GFP_KERNEL_ACCOUNT becomes GFP_NOFS | __GFP_ACCOUNT.
void placeFlagFixes(const Solution &S, SourceText &Source, std::vector<Finding> &Findings);

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_FLAGFIXES_H
