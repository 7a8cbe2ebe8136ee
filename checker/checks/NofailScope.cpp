//===- NofailScope.cpp - __GFP_NOFAIL where nothing can be reclaimed --------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A part of gfp-mismatch (docs/checks/gfp-mismatch.md). With PF_MEMALLOC set the allocator
// does not reclaim, so an allocation that must not fail turns until somebody else does, and
// the kernel warns of it (__alloc_pages_slowpath(), mm/page_alloc.c). The solver has found
// where the two meet.
//
//===----------------------------------------------------------------------===//

#include "AllocationReport.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

class Reporter : AllocationReport {
public:
  using AllocationReport::AllocationReport;
  using AllocationReport::possible;

  Finding report() const {
    Finding F = begin("gfp-mismatch");
    chainTier().apply(F);
    F.Id = id(F);
    F.Message = fmt::format("{}() must not fail{}, and cannot reclaim: {}", operation(fault()),
                            withFlags(), contextPhrase());
    F.Fix = "allocate before the scope begins or after it has ended, or drop __GFP_NOFAIL and "
            "handle NULL";
    Path Steps = path("from where the scope begins to the allocation");
    const Hop &Last = Way.Hops.back();
    Steps.Steps.push_back(stepAt(S, StepKind::Alloc, Last.Func, Last.Where,
                                 fmt::format("{}() is given __GFP_NOFAIL{}",
                                             callName(S, Last.Func, Last.Where), maskOrigin())));
    Steps.Steps.push_back(stepAt(S, StepKind::Alloc, Last.Func, Last.Where,
                                 "with PF_MEMALLOC set the page allocator reclaims nothing: it "
                                 "warns, and tries again until somebody else has freed memory"));
    F.Paths.push_back(std::move(Steps));
    return F;
  }
};

} // namespace

void checkNofailScope(const Solution &S, std::vector<Finding> &Out) {
  for (const Defect &D : S.Defects)
    if (D.Chain.Kind == AtomKind::NoFail)
      if (Reporter R(S, D); R.possible())
        Out.push_back(R.report());
}

} // namespace gfpcheck
