//===- Waits.h - What is allocated before a wait ends ----------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waits that are no locks: whoever waits for a work item waits for what its function
// allocates; whoever waits for a signal (a completion, a wake-up), for what is allocated
// before that is given.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_WAITS_H
#define GFPCHECK_SOLVE_WAITS_H

#include "CallGraph.h"
#include "gfpcheck/solve/Solver.h"
#include <map>

namespace gfpcheck {

/// A call that gives a signal.
using SignalSite = std::pair<FuncId, EventIdx>;
/// By what it is given to (lockClass()), and the context of who is yet to give it.
using SignalMap = std::map<std::pair<uint64_t, ContextId>, std::vector<SignalSite>>;
SignalMap findSignals(const Program &P, const Model &M);

/// Adds these allocations to S.Locked, once S.Effects are known. A signal counts where all who give
/// it allocate first, as any of them may be the one that ends the wait.
void addWaits(Solution &S, const CallGraph &G);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_WAITS_H
