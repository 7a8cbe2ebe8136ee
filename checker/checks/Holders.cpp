//===- Holders.cpp - Who holds a lock while it waits for memory -----------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Holders.h"
#include "AllocationReport.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

class HolderReport : AllocationReport {
public:
  HolderReport(const Solution &S, const Defect &D) : AllocationReport(S, D) {}
  Confidence confidence() const { return possible() ? chainTier().confidence() : Confidence::Low; }
  std::string name() const { return functionName(contextFunction()); }
  Path allocationPath() const {
    Path Out = path(fmt::format("{} -> memory: {} an allocation", D.LockClass, relation()));
    Out.Steps.push_back(allocationStep());
    return Out;
  }
  bool isLock() const { return !D.Entry && kind().Named; }
  std::string phrase() const {
    return name() + (D.Entry         ? "() does, which waits for memory"
                     : !kind().Named ? "() ends only after it has waited for memory"
                                     : "() holds while it waits for memory");
  }
};

} // namespace

Holders::Holders(const Solution &S) : S(S) {
  for (const LockedReclaim &L : S.Locked)
    ByClass[L.Class].push_back(&L);
}

std::optional<Holder> Holders::describe(const LockedReclaim &L) const {
  const Defect D = defectOf(S, L);
  HolderReport R(S, D);
  if (R.confidence() == Confidence::Low)
    return std::nullopt;
  return Holder{R.name(), R.phrase(), R.allocationPath(), R.confidence(), R.isLock()};
}

std::optional<Holder> Holders::findWork(uint64_t Item, AtomKind Kind) const {
  if (auto It = ByClass.find(Item); Item && It != ByClass.end())
    for (const LockedReclaim *L : It->second)
      if (L->Work && L->Chain.Kind == Kind)
        if (auto H = describe(*L))
          return H;
  return std::nullopt;
}

std::optional<Holder> Holders::find(uint64_t Class, NameId Provider, bool Works) const {
  auto It = ByClass.find(Class);
  if (!Class || It == ByClass.end())
    return std::nullopt;
  for (const LockedReclaim *L : It->second) {
    const NameId Theirs = S.P.provider(L->Func);
    if (L->Chain.Kind != AtomKind::Reclaim || (L->Work && !Works) ||
        (Provider && Theirs && Provider != Theirs))
      continue;
    if (auto H = describe(*L))
      return H;
  }
  return std::nullopt;
}

} // namespace gfpcheck
