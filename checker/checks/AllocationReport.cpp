//===- AllocationReport.cpp - Findings about allocations ------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AllocationReport.h"
#include "FlagFixes.h"
#include "MaskFlow.h"
#include "llvm/ADT/bit.h"
#include <fmt/format.h>
#include <tuple>

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr size_t TailCalls = 1; // that tell one way to an allocation from another

// Conditions on the way (Atom::Conditions) that nothing decided: in all, for high
// confidence; outside the code of the filesystem or driver itself, for medium. Set by
// reading findings on Linux 6.12 (docs/field-report.md).
constexpr unsigned HighConditions = 2, MediumForeign = 3;

} // namespace

// What a work item is, as the context in which its function is entered.
static const Root &workEntry(const Solution &S, const LockedReclaim &L) {
  auto It = llvm::find_if(S.P.Roots, [&](const Root &R) {
    return R.Func == L.Func && R.Callback->Context == NoContext;
  });
  static const CallbackModel WorkItem{NoContext, "work item", "", false};
  static const Root Unknown{NoFunc, &WorkItem, NoFunc, 0, false};
  return It == S.P.Roots.end() ? Unknown : *It;
}

Defect defectOf(const Solution &S, const LockedReclaim &L) {
  Defect D;
  D.Func = L.Func;
  D.Held = L.Held;
  D.Chain = L.Chain;
  D.InCallee = L.InCallee;
  D.Memory = L.Memory;
  if (L.Work) {
    D.Entry = &workEntry(S, L);
    D.LockClass = lockClassName(S.P, L.Class);
    return D;
  }
  describeLock(D, S.Pool, S.P, L.Func);
  if (!S.M.Contexts[L.Held.Context].Named)
    D.LockClass = lockClassName(S.P, L.Class);
  return D;
}

AllocationReport::AllocationReport(const Solution &S, const Defect &D)
    : ContextReport(S, D, Blamed::Provider) {
  if (possible())
    std::tie(Flags, Giver) = findFlags();
}

std::string AllocationReport::id(const Finding &F, ArrayRef<std::string> Apart) const {
  std::vector<std::string> Parts{F.Check, F.Function, F.File, operation(fault()), entity()};
  const size_t First = std::max(ContextHop, Fault - std::min(Fault, TailCalls));
  for (size_t I = First; I != Fault; ++I)
    Parts.push_back(functionName(Way.Hops[I].Func));
  Parts.push_back(std::to_string(ordinal(S, fault().Func, fault().Where)));
  Parts.insert(Parts.end(), Apart.begin(), Apart.end());
  return fingerprint(Parts);
}

StringRef AllocationReport::levelName() const {
  switch (D.Chain.Kind) {
  case AtomKind::Fs:
    return "__GFP_FS";
  case AtomKind::Io:
    return "__GFP_IO";
  case AtomKind::NoFail:
    return "__GFP_NOFAIL";
  default:
    return "__GFP_DIRECT_RECLAIM";
  }
}

bool AllocationReport::maskKnown() const {
  return !D.Memory.empty() || llvm::any_of(Way.Hops, [&](const Hop &H) {
    return S.Pool.node(H.Gfp).Kind == ValueKind::Const;
  });
}

Step AllocationReport::allocationStep() const {
  const Hop &Last = Way.Hops.back();
  const std::string Set = D.Chain.Kind == AtomKind::Reclaim
                              ? "__GFP_DIRECT_RECLAIM is"
                              : fmt::format("__GFP_DIRECT_RECLAIM and {} are", levelName().str());
  return stepAt(S, StepKind::Alloc, Last.Func, Last.Where,
                fmt::format("{}() may enter direct reclaim: {} set{}",
                            callName(S, Last.Func, Last.Where), Set, origin()));
}

std::string AllocationReport::passInstead(StringRef Mask, const std::string &Scope) const {
  if (Giver == Way.Hops.size())
    return Scope;
  return fmt::format("pass {} to {}() at {}:{}, or {}", Mask.str(), operation(Way.Hops[Giver]),
                     S.P.functionFile(Way.Hops[Giver].Func).str(), eventAt(Giver).Line, Scope);
}

void AllocationReport::proposeInstead(Finding &F, const char *Flags) const {
  if (Giver <= Fault)
    proposeFlags(S, F, Way.Hops[Giver].Func, Way.Hops[Giver].Where, Flags);
}

// What a filesystem or driver tests of its own data is not whether it may allocate.
Tier AllocationReport::chainTier() const {
  Tier T;
  limitByEvidence(T, D.Chain);
  limitAtBoot(T, S, D.Func);
  if (const unsigned Foreign = Way.Foreign + Way.Conditions)
    T.limit(Foreign > MediumForeign ? Confidence::Low : Confidence::Medium,
            undecided(Foreign) + ", outside its own code");
  // Stacking: by the type of a table alone.
  T.limitIf(Way.CrossesProvider, Confidence::Low,
            "an indirect call on the way leads into another filesystem or driver, by the type of "
            "the table alone");
  T.limitIf(!maskKnown(), Confidence::Medium, "the flags of the allocation are not known");
  if (D.Chain.Conditions > HighConditions)
    T.limit(Confidence::Medium, undecided(D.Chain.Conditions));
  else if (D.Chain.Conditions > Way.Foreign)
    T.assume(undecided(D.Chain.Conditions) + ", in its own code");
  assumeTargets(T, S, SmallVector<CallHop>(Way.Hops.begin(), Way.Hops.end()));
  if (!D.Memory.empty())
    T.assume("flags that are kept in memory are as they are initialised");
  return T;
}

// The mask, and the hop that gives it: the outermost at which it is a constant, else
// the outermost at which it is known.
std::pair<std::string, size_t> AllocationReport::findFlags() const {
  for (size_t I = 0; I != Way.Hops.size(); ++I) {
    const VNode &N = S.Pool.node(Way.Hops[I].Gfp);
    if (N.Kind != ValueKind::Const)
      continue;
    // Deeper hops have it as a parameter, until one that gives it.
    size_t Last = I;
    while (Last + 1 < Way.Hops.size() &&
           S.Pool.node(Way.Hops[Last + 1].Gfp).Kind == ValueKind::Const)
      ++Last;
    return {flagNames(S.P, N.Imm), Last};
  }
  for (size_t I = ContextHop; I != Way.Hops.size(); ++I)
    if (Way.Hops[I].Gfp && I >= Fault)
      return {maskText(Way.Hops[I].Gfp, I), Way.Hops.size()};
  return {"", Way.Hops.size()};
}

// "gfp & ~__GFP_FS | __GFP_ZERO", in terms of the parameters of hop \p I's function.
std::string AllocationReport::maskText(VId V, size_t I) const {
  const VNode &N = S.Pool.node(V);
  if (N.Kind == ValueKind::Const)
    return flagNames(S.P, N.Imm);
  if ((N.Kind == ValueKind::Or || N.Kind == ValueKind::And) &&
      S.Pool.node(N.B).Kind == ValueKind::Const) {
    const uint64_t Bits = S.Pool.node(N.B).Imm;
    if (N.Kind == ValueKind::Or)
      return fmt::format("{} | {}", maskText(N.A, I), flagNames(S.P, Bits));
    uint64_t Known = 0;
    for (const auto &Entry : S.P.Constants)
      if (Entry.first().starts_with("__GFP_"))
        Known |= Entry.second;
    if (!(Known & ~Bits)) // keeps every flag
      return maskText(N.A, I);
    const bool FewKept = llvm::popcount(Known & Bits) < llvm::popcount(Known & ~Bits);
    return fmt::format("{} & {}({})", maskText(N.A, I), FewKept ? "" : "~",
                       flagNames(S.P, FewKept ? Known & Bits : Known & ~Bits));
  }
  const Hop &H = Way.Hops[I];
  const TuSummary &Unit = S.P.Units[S.P.Functions[H.Func].Unit];
  SmallVector<StringRef, 6> Names;
  for (const Param &X : S.P.function(H.Func).Params)
    Names.push_back(Unit.str(X.Name));
  return S.Pool.print(V, S.P, Names);
}

// How the bits got there: where the mask is given, and what is made of it on the way in.
std::string AllocationReport::maskOrigin() const {
  std::string Out;
  for (size_t I = 0; I != Way.Hops.size(); ++I) {
    const Hop &H = Way.Hops[I];
    const VNode &N = S.Pool.node(H.Gfp);
    auto Place = [&] {
      return fmt::format("{}() at {}:{}", functionName(H.Func), S.P.functionFile(H.Func).str(),
                         eventAt(I).Line);
    };
    if (I == Giver)
      Out += fmt::format("; {} comes from {}", flagNames(S.P, N.Imm), Place());
    else if ((Giver == Way.Hops.size() || I > Giver) &&
             (N.Kind == ValueKind::And || N.Kind == ValueKind::Or))
      Out += fmt::format("; {} is made in {}", maskText(H.Gfp, I), Place());
  }
  for (const Pred &X : D.Memory)
    if (X.Mask == uint64_t(S.LevelBit[unsigned(D.Chain.Kind)])) {
      const VNode A = S.Pool.node(S.Pool.node(X.V).A);
      Out += fmt::format("; {} is in {}.{} as it is initialised, and nothing that {} stores there "
                         "takes it away",
                         levelName().str(), S.P.name(A.B).str(), S.P.name(A.C).str(), provider());
    }
  return Out;
}

// The same, and what scopes take away.
std::string AllocationReport::origin() const {
  std::string Out = maskOrigin();
  if (D.Chain.Kind == AtomKind::Io && (D.Chain.Prevented >> unsigned(AtomKind::Fs) & 1))
    Out += "; a scope on the way clears __GFP_FS, but not __GFP_IO";
  else
    Out += fmt::format("; no scope on the way clears {}", levelName().str());
  return Out;
}

std::string AllocationReport::provider() const {
  NameId Id = S.P.provider(D.Func);
  return Id ? S.P.name(Id).str() : "the core";
}

} // namespace gfpcheck
