//===- Tier.cpp - How sure a finding is, and why ----------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tier.h"
#include <fmt/format.h>

namespace gfpcheck {

Confidence Tier::confidence() const {
  Confidence Out = Confidence::High;
  for (const ConfidenceReason &R : Reasons)
    Out = std::min(Out, R.Limit);
  return Out;
}

void Tier::apply(Finding &F) const {
  F.Conf = confidence();
  F.Reasons = Reasons;
  F.Assumptions = Assumptions;
}

std::string undecided(size_t Conditions) {
  return Conditions == 1 ? "one condition on the way is not decided by anything on it"
                         : fmt::format("{} conditions on the way are not decided by anything on it",
                                       Conditions);
}

void limitByEvidence(Tier &T, const Atom &A) {
  if (A.How == Evidence::Certain)
    return;
  const Confidence At = A.How == Evidence::Guess ? Confidence::Low : Confidence::Medium;
  T.limit(At, A.Fanout > 1
                  ? fmt::format("an indirect call on the way may go to {} functions", A.Fanout)
                  : "whether it comes to that depends on a value that could not be followed");
}

void limitByWay(Tier &T, const BlockingWay &W, bool TooMany) {
  T.limitIf(W.Unsure, Confidence::Low,
            "a call on the way goes by a table into another filesystem or driver, or to one of "
            "many functions, or may only try the lock");
  if (W.LastReferences)
    T.limit(W.LastReferences > 1 ? Confidence::Low : Confidence::Medium,
            "a call on the way is made only where the last reference to an object is dropped");
  if (TooMany || W.Conditions > BlockingWay::HighConditions)
    T.limit(TooMany ? Confidence::Low : Confidence::Medium, undecided(W.Conditions));
}

void limitByWay(Tier &T, const BlockingWay &W) {
  limitByWay(T, W,
             W.Conditions + ReclaimLock::LastReferenceWeight * W.LastReferences >
                 ReclaimLock::SureConditions);
}

void limitAtBoot(Tier &T, const Solution &S, FuncId F) {
  T.limitIf(S.BootOnly[F], Confidence::Low, "this runs only at boot, or when a module is loaded");
}

void assumeTargets(Tier &T, const Solution &S, llvm::ArrayRef<CallHop> Way) {
  for (const CallHop &H : Way)
    if (H.Indirect && H.Targets > 1 && H.Callee != NoFunc)
      T.assume(fmt::format("the indirect call in {}() goes to {}(), which is one of {} functions "
                           "that it may go to",
                           S.P.functionName(H.Func).str(), S.P.functionName(H.Callee).str(),
                           H.Targets));
}

} // namespace gfpcheck
