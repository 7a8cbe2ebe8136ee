//===- MempoolReentry.cpp - Pools that cannot give what is asked of them ----===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/checks/mempool-reentry.md. With a mask that can wait, a pool gives an element in the
// end: whoever has the others frees them. So nobody tests what it returns. Two things are
// wrong then: a mask that cannot wait, and a caller who has the other elements itself.
//
//===----------------------------------------------------------------------===//

#include "AllocationReport.h"
#include "Reserves.h"
#include "Witness.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr const char *Check = "mempool-reentry";

class Reporter {
public:
  Reporter(const Solution &S, const Reserves &R) : S(S), R(R) {}

  Finding report(const BadMask &B) const {
    Finding F = findingAt(S, Check, B.Func, B.Where);
    const std::string Callee = callName(S, B.Func, B.Where);
    F.Id = fingerprint(
        {F.Check, "mask", F.Function, F.File, Callee, std::to_string(ordinal(S, B.Func, B.Where))});
    tier(B).apply(F);
    const std::string Mask =
        B.Mask.Mask ? flagNames(S.P, *B.Mask.Mask) : "a mask without __GFP_DIRECT_RECLAIM";
    Path Way;
    Way.Title = "from the mask to the pool";
    if (B.Need) {
      F.Message = fmt::format("{}() gives {} to {}(), which takes from a pool and {}", F.Function,
                              Mask, Callee, consequence(B));
      F.Fix = fmt::format("pass a mask that can wait (GFP_NOIO) to {}()", Callee);
      addNeed(*B.Need, B.Func, Way);
    } else {
      const bool Here = taker(B.Callee).Kind == Taker::Mask::Given;
      F.Message = fmt::format("{}(){} may return NULL, and {}", Callee,
                              Here ? " with " + Mask : ", whose mask cannot wait,",
                              use(F.Function, *B.Use));
      F.Fix =
          fmt::format("pass a mask that can wait (GFP_NOIO), or handle NULL in {}()", F.Function);
      addTaking(B.Func, B.Where, B.Callee, Way);
      addUse(B.Func, *B.Use, Way);
    }
    F.Paths.push_back(std::move(Way));
    return F;
  }

  Finding report(const SecondElement &X) const {
    Finding F = findingAt(S, Check, X.Func, X.Second);
    const std::string Callee = callName(S, X.Func, X.Second);
    F.Id = fingerprint({F.Check, "second", F.Function, F.File, Callee,
                        std::to_string(ordinal(S, X.Func, X.Second))});
    Tier T;
    limitAtBoot(T, S, X.Func);
    T.limit(X.SamePool ? Confidence::Medium : Confidence::Low,
            X.SamePool ? "the pool may be larger than what is taken at once"
                       : "the pools are of one kind, and need not be the same");
    T.apply(F);
    F.Message =
        fmt::format("{}() may wait for an element of {}, of which {}() has one that nobody "
                    "can free until it goes on",
                    Callee, X.SamePool ? "the pool" : "a pool of the same kind", F.Function);
    F.Fix = X.First == X.Second
                ? "submit or free each element before the next is taken, or take the others with "
                  "GFP_NOWAIT and submit what there is when that fails"
                : "submit or free the first element before, or take the second from a pool of its "
                  "own";
    Path Way;
    Way.Title = "from the first element to the second";
    Way.Steps.push_back(stepAt(S, StepKind::Alloc, X.Func, X.First,
                               fmt::format("{}() takes an element", callName(S, X.Func, X.First))));
    Way.Steps.push_back(stepAt(S, StepKind::Wait, X.Func, X.Second,
                               X.First == X.Second
                                   ? fmt::format("{}() takes the next, in the next round", Callee)
                                   : fmt::format("{}() waits for another", Callee)));
    F.Paths.push_back(std::move(Way));
    return F;
  }

private:
  const Taker &taker(FuncId F) const { return *R.taker(F); }
  std::string name(FuncId F) const { return S.P.functionName(F).str(); }

  // The function that relies on it, at the end of those that pass the mask on.
  std::pair<FuncId, const MaskNeed *> last(FuncId F, unsigned Param) const {
    const MaskNeed *N = R.need(F, Param);
    while (N->Reason == MaskNeed::Why::Passes) {
      F = N->Callee;
      N = R.need(F, N->Param);
    }
    return {F, N};
  }

  std::string consequence(const BadMask &B) const {
    const auto [F, N] = last(B.Callee, B.Need->Param);
    switch (N->Reason) {
    case MaskNeed::Why::Ends:
      return "takes failure for the end of the work, which its caller does not learn";
    case MaskNeed::Why::Ignores:
      return "does not tell its caller of failure";
    default:
      return "dereferences what it gets without a test";
    }
  }

  std::string use(const std::string &Function, const WalkResult::Use &U) const {
    return U.Callee == NoFunc ? fmt::format("{}() dereferences it", Function)
                              : fmt::format("{}() passes it to {}(), which dereferences it",
                                            Function, name(U.Callee));
  }

  void addUse(FuncId F, const WalkResult::Use &U, Path &Out) const {
    Step X = stepAt(S, U.Callee == NoFunc ? StepKind::Guard : StepKind::Call, F, U.Where,
                    U.Callee == NoFunc
                        ? "dereferences it, without a test on this path"
                        : fmt::format("passes it to {}(), which dereferences it", name(U.Callee)));
    X.Line = U.Line;
    Out.Steps.push_back(std::move(X));
  }

  void addCall(FuncId F, EventIdx Where, FuncId Callee, Path &Out) const {
    Hop H;
    H.Func = F;
    H.Where = Where;
    H.Callee = Callee;
    Out.Steps.push_back(hopStep(S, H));
  }

  // The calls down to the one that takes the element.
  void addTaking(FuncId F, EventIdx Where, FuncId Callee, Path &Out) const {
    for (const Taker *T = &taker(Callee); T->Callee != NoFunc; T = &taker(Callee)) {
      addCall(F, Where, Callee, Out);
      F = Callee;
      Where = T->Where;
      Callee = T->Callee;
    }
    Out.Steps.push_back(stepAt(S, StepKind::Alloc, F, Where,
                               fmt::format("{}() never fails, but only with a mask that can wait",
                                           callName(S, F, Where))));
  }

  void addNeed(const MaskNeed &First, FuncId F, Path &Out) const {
    const MaskNeed *N = &First;
    while (N->Reason == MaskNeed::Why::Passes) {
      addCall(F, N->Where, N->Callee, Out);
      F = N->Callee;
      N = R.need(F, N->Param);
    }
    addTaking(F, N->Where, N->Callee, Out);
    switch (N->Reason) {
    case MaskNeed::Why::Dereferences:
      addUse(F, N->Use, Out);
      return;
    case MaskNeed::Why::Ends:
      Out.Steps.push_back(stepAt(S, StepKind::Guard, F, N->Where,
                                 "only NULL ends this loop: the work that is left is lost"));
      return;
    default:
      Out.Steps.push_back(
          stepAt(S, StepKind::Guard, F, N->Where, "returns after NULL as it does after success"));
      return;
    }
  }

  Tier tier(const BadMask &B) const {
    Tier T;
    limitAtBoot(T, S, B.Func);
    const MaskNeed *N = B.Need ? last(B.Callee, B.Need->Param).second : nullptr;
    T.limitIf(N && N->Reason == MaskNeed::Why::Ignores, Confidence::Low,
              "what is left out where there is no memory may not matter that much");
    T.limitIf(!B.Mask.surelyClear(), Confidence::Medium, "the mask may also be one that can wait");
    const bool Dereferenced = !N || N->Reason == MaskNeed::Why::Dereferences;
    T.limitIf(Dereferenced && (N ? N->Use : *B.Use).Callee != NoFunc, Confidence::Medium,
              "the function that it is passed to may test it in a way that is not seen");
    return T;
  }

  const Solution &S;
  const Reserves &R;
};

// An allocation on the way of I/O that no pool stands behind.
class NoReserve : AllocationReport {
public:
  NoReserve(const Solution &S, const Defect &D) : AllocationReport(S, D) {}

  /// Whether the way can be, and no pool is on it.
  bool holds() const {
    return possible() && chainTier().confidence() != Confidence::Low &&
           llvm::none_of(Way.Hops, [&](const Hop &H) {
             const EntityId Ent =
                 H.Callee == NoFunc ? S.P.calledEntity(H.Func, S.P.function(H.Func).Events[H.Where])
                                    : S.P.Functions[H.Callee].Ent;
             return S.M.Reserves.contains(S.P.name(S.P.Entities[Ent].Name));
           });
  }

  Finding report() const {
    Finding F = begin(Check);
    Tier T = chainTier();
    T.limit(Confidence::Low, "what fails may be tried again, and by whom is not seen");
    T.apply(F);
    F.Id = id(F, {"reserve"});
    F.Message = fmt::format("{}() waits for memory{} with no mempool behind it: {}, and memory may "
                            "wait for this I/O",
                            operation(fault()), withFlags(), contextPhrase());
    F.Fix = "take it from a mempool, or allocate it when the device is set up";
    F.Paths.push_back(path("from the I/O to the allocation"));
    F.Paths.back().Steps.push_back(allocationStep());
    return F;
  }
};

} // namespace

// What operations that have an I/O in hand may wait for.
static void checkReserves(const Solution &S, std::vector<Finding> &Out) {
  for (const Root &R : S.P.Roots) {
    const ContextId C = R.Callback->Context;
    if (C == NoContext || !S.M.Contexts[C].Carries || S.M.Contexts[C].Interrupt)
      continue;
    for (const Atom &A : S.Effects[R.Func].Atoms) {
      if (A.Kind != AtomKind::Reclaim || !A.Inside.empty())
        continue;
      Defect D;
      D.Func = R.Func;
      D.Entry = &R;
      D.Chain = A;
      D.Held.Context = C;
      D.Held.Where = AtEntry;
      if (const NoReserve N(S, D); N.holds())
        Out.push_back(N.report());
    }
  }
}

void checkMempoolReentry(const Solution &S, std::vector<Finding> &Out) {
  const Reserves R(S);
  const Reporter Report(S, R);
  for (const BadMask &B : R.BadMasks)
    Out.push_back(Report.report(B));
  for (const SecondElement &X : R.Seconds)
    Out.push_back(Report.report(X));
  checkReserves(S, Out);
}

} // namespace gfpcheck
