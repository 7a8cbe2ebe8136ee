//===- OomWalk.h - What an OOM victim's memory waits for --------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_OOMWALK_H
#define GFPCHECK_SOLVE_OOMWALK_H

#include "CallGraph.h"
#include "FunctionAnalysis.h"

namespace gfpcheck {

/// Walks over the calls from Model::OomPaths up to Model::OomDone, and fills S.OomWaits, one a
/// path and thing that is waited for. \p Analyzer tells the calls of a function, after solving.
void walkOomPaths(Solution &S, const CallGraph &G, FunctionAnalyzer &Analyzer);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_OOMWALK_H
