//===- NotifierWalk.h - What non-blocking callbacks wait for ---------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_NOTIFIERWALK_H
#define GFPCHECK_SOLVE_NOTIFIERWALK_H

#include "BlockingCalls.h"

namespace gfpcheck {

/// Walks over the calls that each function of Model::NonBlocking can make when it must not block,
/// and fills S.Blockings.
void walkNotifiers(Solution &S, const WalkContext &C);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_NOTIFIERWALK_H
