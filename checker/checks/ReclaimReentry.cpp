//===- ReclaimReentry.cpp - Allocations that re-enter reclaim ------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/checks/reclaim-reentry.md. The solver has found where an allocation that may
// enter reclaim, with __GFP_FS or __GFP_IO effective, meets a context that holds what
// reclaim may need. This file says so: which flags, where they come from, what reclaim
// would need, and which flag or scope would end it.
//
//===----------------------------------------------------------------------===//

#include "AllocationReport.h"
#include "llvm/ADT/StringSet.h"
#include <fmt/format.h>
#include <map>

using namespace llvm;

namespace gfpcheck {

namespace {

class Reporter : AllocationReport {
public:
  using AllocationReport::AllocationReport;
  using AllocationReport::possible;

  Finding report() const {
    Finding F = begin("reclaim-reentry");
    tier().apply(F);
    F.Id = id(F);
    F.Message = fmt::format("{}() may enter reclaim{} and {}: {}", operation(fault()), withFlags(),
                            danger(), contextPhrase());
    Path Steps = path("from where the context begins to the allocation");
    const Hop &Last = Way.Hops.back();
    Steps.Steps.push_back(allocationStep());
    Steps.Steps.push_back(stepAt(S, StepKind::Alloc, Last.Func, Last.Where,
                                 fmt::format("reclaim may need: {}", kind().Needs)));
    F.Paths.push_back(std::move(Steps));
    proposeInstead(F, instead());
    return F;
  }

  /// Where a scope would cover this and other findings.
  std::pair<FuncId, AtomKind> scopeKey() const { return {contextFunction(), D.Chain.Kind}; }

  std::string fix(size_t Covered) const {
    const bool Fs = D.Chain.Kind == AtomKind::Fs;
    std::string Scope = fmt::format(
        "open one {}() scope in {}(){}", Fs ? "memalloc_nofs_save" : "memalloc_noio_save",
        functionName(contextFunction()),
        Covered > 1 ? fmt::format(", which covers {} reported allocations", Covered) : "");
    return passInstead(instead(), Scope);
  }

private:
  const char *instead() const { return D.Chain.Kind == AtomKind::Fs ? "GFP_NOFS" : "GFP_NOIO"; }
  const char *danger() const {
    return kind().Forbids == AtomKind::Fs ? "re-enter the filesystem" : "start I/O";
  }

  Tier tier() const {
    Tier T = chainTier();
    T.limitIf(!D.Entry && (InCallee ? hop().Begun.Where : D.Held.Where) == AtEntry,
              Confidence::Medium,
              "that the function is handed the object, and that no scope is open, may be so of "
              "different callers");
    T.limitIf(D.Entry && !kind().Certain, Confidence::Medium,
              "what the callback holds when it is entered is not certain");
    return T;
  }
};

} // namespace

void checkReclaimReentry(const Solution &S, std::vector<Finding> &Out) {
  // How many findings one scope would end.
  std::vector<std::pair<Finding, Reporter>> Found;
  std::map<std::pair<FuncId, AtomKind>, StringSet<>> Covered;
  for (const Defect &D : S.Defects)
    if (isReclaimLevel(D.Chain.Kind))
      if (Reporter R(S, D); R.possible()) {
        Found.emplace_back(R.report(), R);
        if (Found.back().first.Conf != Confidence::Low)
          Covered[R.scopeKey()].insert(Found.back().first.Id);
      }
  for (auto &[F, R] : Found) {
    F.Fix = R.fix(Covered[R.scopeKey()].size());
    Out.push_back(std::move(F));
  }
}

} // namespace gfpcheck
