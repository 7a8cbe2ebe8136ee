//===- VmallocMasks.h - Whether vmalloc does what its mask says ----*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_VMALLOCMASKS_H
#define GFPCHECK_CHECKS_VMALLOCMASKS_H

#include "MaskFlow.h"
#include "gfpcheck/report/Finding.h"

namespace gfpcheck {

/// Calls of Model::WaitingAllocators with a constant mask without __GFP_FS or __GFP_IO, where these
/// allocate with it all the same; a part of gfp-mismatch.
void checkVmallocMasks(const Solution &S, const DirectCalls &Calls, std::vector<Finding> &Out);

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_VMALLOCMASKS_H
