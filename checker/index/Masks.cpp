//===- Masks.cpp - What allocations are made with ---------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/index/Masks.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <set>

using namespace llvm;

namespace gfpcheck {

using namespace index;

static constexpr size_t MaxGivers = 2000; // that are looked at for one allocation

ReclaimBits::ReclaimBits(const ProgramIndex &X)
    : Direct(X.constant("__GFP_DIRECT_RECLAIM")), Io(X.constant("__GFP_IO")),
      Fs(X.constant("__GFP_FS")) {}

uint64_t ReclaimBits::cleared(uint8_t Prevents) const {
  auto Has = [&](AtomKind K) { return Prevents >> unsigned(K) & 1; };
  return (Has(AtomKind::Fs) ? Fs : 0) | (Has(AtomKind::Io) ? Io : 0) |
         (Has(AtomKind::Reclaim) ? Direct : 0);
}

std::vector<GivenMask> givenMasks(const ProgramIndex &X, uint32_t Start) {
  struct Item {
    uint32_t Allocation;
    uint64_t And, Or; // done to it on the way down
    uint32_t Parent;
  };
  std::vector<GivenMask> Out;
  std::vector<Item> Work{{Start, ~0ull, 0, None}};
  DenseSet<std::pair<uint32_t, std::pair<uint64_t, uint64_t>>> Seen;
  std::set<std::optional<uint64_t>> Known;
  for (size_t I = 0; I != Work.size() && I < MaxGivers; ++I) {
    const Item W = Work[I];
    const Allocation &A = X.Allocations[W.Allocation];
    const uint64_t And = uint64_t(A.And) & W.And, Or = (uint64_t(A.Or) & W.And) | W.Or;
    auto Add = [&](std::optional<uint64_t> Mask) {
      if (!Known.insert(Mask).second)
        return;
      GivenMask G;
      G.Mask = Mask;
      G.Giver = W.Allocation;
      for (uint32_t P = W.Parent; P != None; P = Work[P].Parent)
        G.Way.push_back(Work[P].Allocation);
      Out.push_back(std::move(G));
    };
    switch (MaskBase(A.Base)) {
    case MaskBase::Constant:
      Add(uint32_t(Or));
      break;
    case MaskBase::Unknown:
      Add(std::nullopt);
      break;
    case MaskBase::Param: {
      // Who calls the function, directly: its other masks are of other calls.
      bool Any = false;
      const index::Function &F = X.Functions[A.Function];
      if (!F.Tables.Count)
        for (uint32_t C : ProgramIndex::in(X.CallerList, F.Callers)) {
          const index::Function &Caller = X.Functions[X.Calls[C].Caller];
          for (uint32_t B = Caller.Allocations.First;
               B != Caller.Allocations.First + Caller.Allocations.Count; ++B)
            if (X.Allocations[B].Callee == A.Function && X.Allocations[B].Line == X.Calls[C].Line) {
              Any = true;
              if (Seen.insert({B, {And, Or}}).second)
                Work.push_back({B, And, Or, uint32_t(I)});
            }
        }
      if (!Any)
        Add(std::nullopt);
      break;
    }
    }
  }
  return Out;
}

} // namespace gfpcheck
