//===- ReclaimWorkqueue.cpp - Work that reclaim waits for, without a rescuer -===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/checks/reclaim-workqueue.md. The solver knows on which workqueues items run, and
// where reclaim, or what it waits for, comes to need one whose queue has no rescuer
// (Solution::QueueUses).
//
//===----------------------------------------------------------------------===//

#include "Checks.h"
#include "Holders.h"
#include "Tier.h"
#include "Witness.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr const char *Check = "reclaim-workqueue";

class Reporter {
public:
  Reporter(const Solution &S, const QueueUse &U) : S(S), U(U), Last(U.Way.back()) {}

  Finding report() const {
    Finding F = findingAt(S, Check, Last.Func, Last.Where);
    tier().apply(F);
    F.Id = fingerprint({F.Check, S.P.functionName(U.Root).str(), F.Function, F.File, name(U.Class),
                        name(U.Queue)});
    F.Message = message();
    F.Fix = fix();
    F.Paths.push_back(needPath());
    F.Paths.push_back(queuePath());
    return F;
  }

private:
  std::string name(uint64_t Class) const { return lockClassName(S.P, Class); }
  std::string call() const { return operationName(S, Last); }
  bool isSystemQueue() const { return StringRef(name(U.Queue)).starts_with("system_"); }

  std::string who() const {
    switch (U.Who) {
    case QueueUse::By::Reclaim:
      return U.Entry;
    case QueueUse::By::Worker:
      return fmt::format("{}(), a work item of {}, which has WQ_MEM_RECLAIM",
                         S.P.functionName(U.Root).str(), name(U.RootQueue));
    case QueueUse::By::Io:
      return fmt::format("{}(), {}", S.P.functionName(U.Root).str(), withArticle(U.Entry));
    }
    return "";
  }

  std::string message() const {
    if (U.What == QueueUse::Kind::Queue)
      return fmt::format(
          "{}() hands {} to {} in {}: without WQ_MEM_RECLAIM it may have to wait for "
          "memory, which may wait for this I/O",
          call(), item(), name(U.Queue), who());
    if (U.QueuedBy == NoFunc)
      return fmt::format("{}() waits for {}, which has no WQ_MEM_RECLAIM, in {}", call(),
                         name(U.Queue), who());
    return fmt::format("{}() waits for {}, which {} {} without WQ_MEM_RECLAIM, in {}", call(),
                       item(), U.Signalled ? "is only signalled by work on" : "runs on",
                       name(U.Queue), who());
  }

  std::string item() const {
    const std::string Name = name(U.Class);
    return Name.empty() ? "a work item" : Name;
  }

  std::string fix() const {
    if (isSystemQueue())
      return fmt::format(
          "queue {} on a workqueue of its own with WQ_MEM_RECLAIM, or do not wait for "
          "it here",
          U.QueuedBy == NoFunc ? "the items" : item());
    return fmt::format("allocate {} with WQ_MEM_RECLAIM, or do not wait for it here",
                       name(U.Queue));
  }

  // Who needs it.
  Path needPath() const {
    Path Out;
    Out.Title = fmt::format("{} -> {}", U.Who == QueueUse::By::Reclaim ? "reclaim" : U.Entry,
                            U.QueuedBy == NoFunc ? name(U.Queue) : item());
    Out.Steps.push_back(stepAt(S, StepKind::Entry, U.Root, ~0u,
                               U.Who == QueueUse::By::Worker
                                   ? fmt::format("{} on {} begins", U.Entry, name(U.RootQueue))
                                   : U.Entry + " begins"));
    if (U.What == QueueUse::Kind::Flush) {
      addWay(S, U.Way, U.Class, U.Context, Out);
    } else {
      addCalls(S, U.Way, Out);
      Out.Steps.push_back(stepAt(S, StepKind::Wait, Last.Func, Last.Where,
                                 fmt::format("queues {} on {} ({})", item(), name(U.Queue),
                                             callName(S, Last.Func, Last.Where))));
    }
    return Out;
  }

  // Why it has no rescuer.
  Path queuePath() const {
    Path Out;
    Out.Title = fmt::format("{}: no rescuer", name(U.Queue));
    Out.Steps.push_back(stepAt(S, StepKind::Wait, U.AllocatedBy, U.AllocatedAt,
                               fmt::format("allocates {} without WQ_MEM_RECLAIM", name(U.Queue))));
    if (U.QueuedBy != NoFunc && U.What == QueueUse::Kind::Flush)
      Out.Steps.push_back(
          stepAt(S, StepKind::Wait, U.QueuedBy, U.QueuedAt,
                 fmt::format("queues {} there", U.Signalled ? "who signals" : item())));
    return Out;
  }

  Tier tier() const {
    Tier T;
    limitByWay(T, U);
    T.limitIf(!U.Needed, Confidence::Medium,
              "it may not be on the way of writes, on which memory depends");
    assumeTargets(T, S, U.Way);
    return T;
  }

  const Solution &S;
  const QueueUse &U;
  const CallHop &Last;
};

// A scope is the task's: the work item that it waits for is run by another one.
std::optional<Finding> lostScope(const Solution &S, const ScopedFlush &X, const Holders &Held) {
  for (AtomKind K : {AtomKind::Fs, AtomKind::Io}) {
    if (!(X.Prevents >> unsigned(K) & 1))
      continue;
    const auto Who = Held.findWork(X.Item, K);
    if (!Who)
      continue;
    const char *Flag = K == AtomKind::Fs ? "__GFP_FS" : "__GFP_IO";
    const std::string Item = lockClassName(S.P, X.Item);
    Finding F = findingAt(S, Check, X.Func, X.Where);
    Tier T;
    T.limit(Confidence::Medium, "which of its items is waited for, and from where, is not known");
    T.apply(F);
    F.Id = fingerprint({F.Check, "scope", F.Function, F.File, Item, Flag});
    F.Message =
        fmt::format("{}() waits for {} in a scope without {}, which does not reach the work "
                    "item: {}() allocates with it",
                    callName(S, X.Func, X.Where), Item, Flag, Who->Name);
    F.Fix = fmt::format("open a scope of its own in {}()", Who->Name);
    Path Out;
    Out.Title = "in the scope";
    Out.Steps.push_back(
        stepAt(S, StepKind::Scope, X.Func, X.Where,
               fmt::format("is in a scope that clears {}, and waits for {}", Flag, Item)));
    F.Paths = {std::move(Out), Who->Allocation};
    return F;
  }
  return std::nullopt;
}

} // namespace

void checkReclaimWorkqueue(const Solution &S, std::vector<Finding> &Out) {
  for (const QueueUse &U : S.QueueUses)
    Out.push_back(Reporter(S, U).report());
  const Holders Held(S);
  for (const ScopedFlush &X : S.ScopedFlushes)
    if (auto F = lostScope(S, X, Held))
      Out.push_back(std::move(*F));
}

} // namespace gfpcheck
