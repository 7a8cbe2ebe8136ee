//===- OomWalk.h - What an OOM victim's memory waits for --------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_OOMWALK_H
#define GFPCHECK_SOLVE_OOMWALK_H

#include "BlockingCalls.h"

namespace gfpcheck {

/// Walks over the calls from Model::OomPaths up to Model::OomDone, and fills S.OomWaits, one a
/// path and thing that is waited for.
void walkOomPaths(Solution &S, const WalkContext &C);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_OOMWALK_H
