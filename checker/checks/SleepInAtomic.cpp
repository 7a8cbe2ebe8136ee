//===- SleepInAtomic.cpp - Sleeping in atomic context ------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/checks/sleep-in-atomic.md. The solver has found where a context and a sleep
// meet; this file says so: which operation of whose code is at fault, the whole
// path, how sure it is, and what would fix it.
//
//===----------------------------------------------------------------------===//

#include "ContextReport.h"
#include "FlagFixes.h"
#include "Tier.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

// Conditions on the way to the sleep that nothing decided (Atom::Conditions): with
// each the chance grows that they exclude the context, and with the distance the chance
// that they were written for other callers. Set by reading findings on Linux 6.12
// (docs/field-report.md).
constexpr unsigned NearConditions = 1, NearDepth = 3, MediumConditions = 2;

class Reporter : ContextReport {
public:
  Reporter(const Solution &S, const Defect &D) : ContextReport(S, D, Blamed::OutsideCore) {}
  using ContextReport::possible;

  Finding report() const {
    Finding F = begin("sleep-in-atomic");
    tier().apply(F);
    F.Message =
        fmt::format("{}() may sleep in atomic context: {}", operation(fault()), contextPhrase());
    F.Fix = fix();
    propose(F);
    Path Steps = path("from where the atomic context begins to the sleep");
    const Hop &Last = Way.Hops.back();
    Steps.Steps.push_back(stepAt(S, StepKind::Sleep, Last.Func, Last.Where,
                                 fmt::format("{}() sleeps", callName(S, Last.Func, Last.Where))));
    F.Paths.push_back(std::move(Steps));
    return F;
  }

private:
  Tier tier() const {
    Tier T;
    limitByEvidence(T, D.Chain);
    limitAtBoot(T, S, D.Func); // might_sleep() itself is silent then
    const unsigned Conditions =
        (isOwnAllocation() ? Way.Foreign : D.Chain.Conditions) + Way.Conditions;
    const bool Near = Conditions <= NearConditions && D.Chain.Depth <= NearDepth;
    if (Conditions && !Near)
      T.limit(Conditions > MediumConditions ? Confidence::Low : Confidence::Medium,
              undecided(Conditions));
    else if (Conditions)
      T.assume(undecided(Conditions));
    T.limitIf(kind().Named && D.LockClass.empty() && D.Lock.empty(), Confidence::Medium,
              "which lock is held is not known: some callee seems to have left it so");
    assumeTargets(T, S, SmallVector<CallHop>(Way.Hops.begin(), Way.Hops.end()));
    return T;
  }

  // Whether the driver itself asks for memory with a mask that may sleep: that is said by the
  // mask, and not by what it tests of its own data.
  bool isOwnAllocation() const {
    const NameId Provider = S.P.provider(contextFunction());
    return Provider && llvm::any_of(ArrayRef(Way.Hops).drop_front(ContextHop), [&](const Hop &H) {
             return S.P.provider(H.Func) == Provider && givesWaitingMask(H);
           });
  }

  // Whether the call is given a constant mask that may sleep.
  bool givesWaitingMask(const Hop &H) const {
    if (H.Callee == NoFunc || H.Indirect)
      return false;
    const Function &Caller = S.P.function(H.Func), &Callee = S.P.function(H.Callee);
    const Event &E = Caller.Events[H.Where];
    for (uint32_t A = 0; A != std::min<size_t>(E.ArgCount, Callee.Params.size()); ++A) {
      const Value &V = Caller.Values[Caller.Operands[E.ArgBegin + A]];
      if (S.P.Units[S.P.Functions[H.Callee].Unit].str(Callee.Params[A].Type) == "gfp_t" &&
          V.Kind == ValueKind::Const && (V.Imm & S.DirectReclaim))
        return true;
    }
    return false;
  }

  // What is deeper than the fault has other callers, who may sleep.
  void propose(Finding &F) const {
    const Hop *Giver = nullptr;
    for (const Hop &H : Way.Hops)
      if (givesWaitingMask(H))
        Giver = &H;
    if (Giver && Giver <= &fault())
      proposeFlags(S, F, Giver->Func, Giver->Where, "GFP_ATOMIC");
  }

  std::string fix() const {
    bool TakesGfp = false;
    for (size_t I = Fault; I != Way.Hops.size(); ++I) {
      FuncId Callee = Way.Hops[I].Callee;
      if (Callee == NoFunc)
        break;
      for (const Param &X : S.P.function(Callee).Params)
        TakesGfp |= S.P.Units[S.P.Functions[Callee].Unit].str(X.Type) == "gfp_t";
    }
    std::string Outside =
        D.Entry ? "defer the work to process context (a work item or threaded handler)"
                : "make the call before the critical section or after it";
    if (TakesGfp)
      return fmt::format("pass GFP_ATOMIC (or GFP_NOWAIT) to {}() and handle failure, or {}",
                         operation(fault()), Outside);
    return Outside;
  }
};

} // namespace

void checkSleepInAtomic(const Solution &S, std::vector<Finding> &Out) {
  for (const Defect &D : S.Defects)
    if (D.Chain.Kind == AtomKind::Sleep)
      if (Reporter R(S, D); R.possible())
        Out.push_back(R.report());
}

} // namespace gfpcheck
