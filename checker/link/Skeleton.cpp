//===- Skeleton.cpp - Blocks and loops of a function ----------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/link/Skeleton.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace llvm;

namespace gfpcheck {

BitVector loopBlocks(const Function &F, uint32_t Head, uint32_t End) {
  BitVector In(F.Blocks.size());
  In.set(Head);
  In.set(End);
  // Blocks are in reverse post-order: those that lead to End without Head lie between.
  for (bool Grown = true; Grown;) {
    Grown = false;
    for (uint32_t B = Head + 1; B != F.Blocks.size(); ++B)
      if (!In.test(B) && llvm::any_of(edgesOf(F, F.Blocks[B]), [&](const Edge &E) {
            return E.Target != Head && In.test(E.Target);
          })) {
        In.set(B);
        Grown = true;
      }
  }
  return In;
}

uint32_t blockOf(const Function &F, uint32_t Event) {
  auto It = llvm::find_if(F.Blocks, [&](const Block &B) {
    return Event >= B.EventBegin && Event < B.EventBegin + B.EventCount;
  });
  return It - F.Blocks.begin();
}

bool comesBack(const Function &F, uint32_t Block) {
  BitVector Seen(F.Blocks.size());
  SmallVector<uint32_t, 16> Work{Block};
  while (!Work.empty())
    for (const Edge &E : edgesOf(F, F.Blocks[Work.pop_back_val()])) {
      if (E.Target == Block)
        return true;
      if (!Seen.test(E.Target)) {
        Seen.set(E.Target);
        Work.push_back(E.Target);
      }
    }
  return false;
}

} // namespace gfpcheck
