//===- OomPath.cpp - What keeps an OOM victim's memory from being freed ----===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/checks/oom-path.md. The solver has followed what runs between the choice of a
// victim and the moment when its memory is free (Solution::OomWaits). Whoever waits there
// for somebody who waits for memory waits for itself.
//
//===----------------------------------------------------------------------===//

#include "AllocationReport.h"
#include "Holders.h"
#include "llvm/ADT/STLExtras.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr const char *Check = "oom-path";

class Reporter {
public:
  Reporter(const Solution &S, const OomWait &W, const Holders &Held)
      : S(S), W(W), Last(W.Way.back()), Place(lastInSource(S, W)) {
    if (W.What == OomWait::Kind::Lock)
      Who = Held.find(W.Class, provider(), /*Works=*/true);
  }

  /// A lock whose holders never wait for memory is given up some time.
  bool worthIt() const {
    return W.What != OomWait::Kind::Lock || Who || !S.M.Contexts[W.Context].Named;
  }

  Finding report() const {
    Finding F = findingAt(S, Check, Place.Func, Place.Where);
    if (W.What == OomWait::Kind::Poll)
      F.Line = W.Line;
    tier().apply(F);
    F.Id = fingerprint({F.Check, S.P.functionName(W.Root).str(), F.Function, F.File, waitedFor()});
    switch (W.What) {
    case OomWait::Kind::Poll:
      F.Message = fmt::format("{}() looks again and again for what another task does, and never "
                              "sleeps, in {}",
                              F.Function, W.Path->Phrase);
      F.Fix = "wait for an event, or call cond_resched() in the loop";
      break;
    case OomWait::Kind::Alloc:
      F.Message = fmt::format("{}() may wait for memory in {}, which is to make some",
                              operationName(S, Place), W.Path->Phrase);
      F.Fix = "allocate without __GFP_DIRECT_RECLAIM, or beforehand";
      break;
    case OomWait::Kind::Lock:
      F.Message = fmt::format("{}() may wait for {} in {}", operationName(S, Place), waitedFor(),
                              W.Path->Phrase);
      if (Who)
        F.Message += ", which " + Who->Phrase;
      else
        F.Message += " without bound";
      F.Fix = Who ? fix() : "wait with a timeout";
      break;
    }
    F.Paths.push_back(path());
    if (Who)
      F.Paths.push_back(Who->Allocation);
    return F;
  }

private:
  std::string fix() const {
    return Who->Lock ? fmt::format("allocate before {}() takes it, or only try it here", Who->Name)
                     : fmt::format("do not wait for it here, or allocate in {}() without "
                                   "__GFP_DIRECT_RECLAIM",
                                   Who->Name);
  }

  // The last call that is not made in a header.
  static const CallHop &lastInSource(const Solution &S, const OomWait &W) {
    for (const CallHop &H : llvm::reverse(ArrayRef(W.Way).take_front(W.Place + 1)))
      if (!(S.P.function(H.Func).Flags & FF_HeaderInline))
        return H;
    return W.Way[W.Place];
  }

  // Whose object it is.
  NameId provider() const {
    for (const CallHop &H : llvm::reverse(W.Way))
      if (const NameId P = S.P.provider(H.Func))
        return P;
    return 0;
  }

  std::string waitedFor() const {
    return W.What == OomWait::Kind::Lock ? gfpcheck::waitedFor(S, W) : "";
  }

  Path path() const {
    Path Out;
    Out.Title = fmt::format("{} -> {}", W.Path->Phrase,
                            W.What == OomWait::Kind::Lock    ? waitedFor()
                            : W.What == OomWait::Kind::Alloc ? "an allocation"
                                                             : "a loop");
    Out.Steps.push_back(stepAt(S, StepKind::Entry, W.Root, ~0u, W.Path->Phrase + " begins"));
    if (W.What == OomWait::Kind::Lock) {
      addWay(S, W.Way, W.Class, W.Context, Out);
      return Out;
    }
    addCalls(S, W.Way, Out);
    if (W.What == OomWait::Kind::Alloc) {
      Out.Steps.push_back(
          stepAt(S, StepKind::Alloc, Last.Func, Last.Where,
                 fmt::format("{}() may enter direct reclaim", callName(S, Last.Func, Last.Where))));
    } else {
      Step Loop = stepAt(S, StepKind::Wait, Last.Func, ~0u, "reads memory until it has changed");
      Loop.Line = W.Line;
      Out.Steps.push_back(std::move(Loop));
    }
    return Out;
  }

  Tier tier() const {
    Tier T;
    limitByWay(T, W);
    T.limitIf(!W.Path->LastResort, Confidence::Medium,
              "other tasks may make memory free meanwhile");
    T.limitIf(W.What == OomWait::Kind::Poll, Confidence::Low,
              "what it waits for may need no memory");
    if (W.What == OomWait::Kind::Lock && !Who)
      T.limit(Confidence::Low, "nobody is known to wait for memory with it held");
    else if (W.What == OomWait::Kind::Lock && Who->Conf != Confidence::High)
      T.limit(Who->Conf, "what its holder waits for is not certain");
    assumeTargets(T, S, W.Way);
    return T;
  }

  const Solution &S;
  const OomWait &W;
  const CallHop &Last, &Place;
  std::optional<Holder> Who;
};

// The lock that everybody who runs out of memory takes for the sign that some is being freed.
class OomLockReporter : AllocationReport {
public:
  OomLockReporter(const Solution &S, const Defect &D) : AllocationReport(S, D) {}
  using AllocationReport::possible;

  Finding report() const {
    Finding F = begin(Check);
    chainTier().apply(F);
    F.Id = id(F);
    F.Message = fmt::format("{}() may wait for memory{}: {}, and whoever else runs out of memory "
                            "waits for its holder to make some",
                            operation(fault()), withFlags(), contextPhrase());
    F.Fix = passInstead("GFP_NOWAIT", fmt::format("allocate before {}() takes the lock",
                                                  functionName(contextFunction())));
    proposeInstead(F, "GFP_NOWAIT");
    F.Paths.push_back(path("from the lock to the allocation"));
    F.Paths.back().Steps.push_back(allocationStep());
    return F;
  }
};

} // namespace

void checkOomPath(const Solution &S, std::vector<Finding> &Out) {
  const Holders Held(S);
  for (const OomWait &W : S.OomWaits)
    if (Reporter R(S, W, Held); R.worthIt())
      Out.push_back(R.report());
  for (const LockedReclaim &L : S.Locked) {
    if (L.Chain.Kind != AtomKind::Reclaim ||
        !llvm::is_contained(S.M.OomLocks, lockClassName(S.P, L.Class)))
      continue;
    const Defect D = defectOf(S, L);
    if (OomLockReporter R(S, D); R.possible())
      Out.push_back(R.report());
  }
}

} // namespace gfpcheck
