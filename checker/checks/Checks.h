//===- Checks.h - Entry points of the checks --------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_CHECKS_H
#define GFPCHECK_CHECKS_CHECKS_H

#include "gfpcheck/checks/Check.h"

namespace gfpcheck {
void checkGfpMismatch(const Solution &S, std::vector<Finding> &Out);
/// What must not fail where nothing can be reclaimed; a part of gfp-mismatch.
void checkNofailScope(const Solution &S, std::vector<Finding> &Out);
void checkMemallocScope(const Solution &S, std::vector<Finding> &Out);
void checkMempoolReentry(const Solution &S, std::vector<Finding> &Out);
void checkNonblockingNotifier(const Solution &S, std::vector<Finding> &Out);
void checkOomPath(const Solution &S, std::vector<Finding> &Out);
void checkOpencodedNofail(const Solution &S, std::vector<Finding> &Out);
void checkReclaimLockInversion(const Solution &S, std::vector<Finding> &Out);
void checkReclaimReentry(const Solution &S, std::vector<Finding> &Out);
void checkReclaimWorkqueue(const Solution &S, std::vector<Finding> &Out);
void checkSleepInAtomic(const Solution &S, std::vector<Finding> &Out);
} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_CHECKS_H
