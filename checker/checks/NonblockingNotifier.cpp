//===- NonblockingNotifier.cpp - Callbacks that must not block -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/checks/nonblocking-notifier.md. The solver has followed each callback as it is
// called when it must not block (Solution::Blockings). What it comes to then is a defect,
// and worse where the holder of the lock waits for memory: the OOM reaper, who called, is
// to make that.
//
//===----------------------------------------------------------------------===//

#include "Checks.h"
#include "Holders.h"
#include "Tier.h"
#include "Witness.h"
#include "llvm/ADT/STLExtras.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr const char *Check = "nonblocking-notifier";

// Conditions on the way for medium confidence. Set by reading findings on Linux 6.12
// (docs/field-report.md).
constexpr unsigned MediumConditions = 6;

class Reporter {
public:
  Reporter(const Solution &S, const Blocking &B, const Holders &Held)
      : S(S), B(B), Held(Held), Own(lastOwn(S, B)) {}

  Finding report() const {
    const std::string Root = S.P.functionName(B.Root).str(), Callee = operationName(S, Own);
    Finding F = findingAt(S, Check, Own.Func, Own.Where);
    tier().apply(F);
    F.Id = fingerprint({F.Check, Root, F.Function, F.File, Callee,
                        std::to_string(ordinal(S, Own.Func, Own.Where))});
    F.Message = fmt::format("{}() may {} in {}(), {} that must not block if the range is not "
                            "blockable",
                            Callee, what(), Root, withArticle(B.Callback->Phrase));
    F.Fix = "return before it where mmu_notifier_range_blockable() says no, or only try";
    F.Paths.push_back(blockingPath());
    addHolder(F);
    return F;
  }

private:
  // The last call on the way that the driver itself makes.
  static const CallHop &lastOwn(const Solution &S, const Blocking &B) {
    const NameId Provider = S.P.provider(B.Root);
    const CallHop *Out = &B.Way.front();
    for (const CallHop &H : B.Way)
      if (isOwn(S, Provider, H.Func))
        Out = &H;
    return *Out;
  }

  std::string what() const {
    if (B.Context == NoContext)
      return "sleep";
    return "wait for " + waitedFor(S, B);
  }

  Path blockingPath() const {
    Path Out;
    Out.Title = fmt::format("{} -> {}: where the range is not blockable",
                            S.P.functionName(B.Root).str(), what());
    Out.Steps.push_back(stepAt(S, StepKind::Entry, B.Root, ~0u, B.Callback->Phrase + " begins"));
    if (B.Context == NoContext) {
      addCalls(S, B.Way, Out);
      const CallHop &Last = B.Way.back();
      Out.Steps.push_back(stepAt(S, StepKind::Sleep, Last.Func, Last.Where,
                                 fmt::format("{}() sleeps", callName(S, Last.Func, Last.Where))));
    } else {
      addWay(S, B.Way, B.Class, B.Context, Out);
    }
    return Out;
  }

  // The indirect half: what is waited for waits for memory.
  void addHolder(Finding &F) const {
    if (auto H = Held.find(B.Class, S.P.provider(B.Root), /*Works=*/false)) {
      F.Message += fmt::format("; its holder {}() waits for memory", H->Name);
      F.Paths.push_back(std::move(H->Allocation));
    }
  }

  Tier tier() const {
    Tier T;
    limitByWay(T, B, B.Conditions > MediumConditions);
    assumeTargets(T, S, B.Way);
    return T;
  }

  const Solution &S;
  const Blocking &B;
  const Holders &Held;
  const CallHop &Own;
};

} // namespace

// Giving up is allowed; it is a matter of quality when.
static Finding backOffFinding(const Solution &S, const BackOff &B) {
  Finding F = findingAt(S, Check, B.Root, B.Where);
  Tier T;
  T.limit(Confidence::Low, "giving up is allowed; it is a matter of quality when");
  T.apply(F);
  F.Id =
      fingerprint({F.Check, "back-off", F.Function, F.File, B.Blockable ? "blockable" : "always"});
  Path Out;
  Out.Title = "where it gives up";
  Out.Steps.push_back(stepAt(S, StepKind::Entry, B.Root, ~0u, B.Callback->Phrase + " begins"));
  if (B.Blockable) {
    F.Message = fmt::format("{}(), {}, returns an error although it may block", F.Function,
                            withArticle(B.Callback->Phrase));
    F.Fix = "return an error only where mmu_notifier_range_blockable() says no";
    Out.Steps.push_back(stepAt(S, StepKind::Guard, B.Root, B.Where,
                               "returns an error without having asked whether it may block"));
  } else {
    F.Message = fmt::format("{}(), {}, gives up whenever the range is not blockable, whether it "
                            "concerns it or not: the OOM reaper then frees nothing of the process",
                            F.Function, withArticle(B.Callback->Phrase));
    F.Fix = "look first whether there is anything in the range";
    Out.Steps.push_back(stepAt(S, StepKind::Guard, B.Root, B.Where,
                               "returns an error, having asked only whether it may block"));
  }
  F.Paths.push_back(std::move(Out));
  return F;
}

void checkNonblockingNotifier(const Solution &S, std::vector<Finding> &Out) {
  for (const BackOff &B : S.BackOffs)
    Out.push_back(backOffFinding(S, B));
  const Holders Held(S);
  for (const Blocking &B : S.Blockings)
    Out.push_back(Reporter(S, B, Held).report());
}

} // namespace gfpcheck
