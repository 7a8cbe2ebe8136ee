//===- Skeleton.h - Blocks and loops of a function --------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_LINK_SKELETON_H
#define GFPCHECK_LINK_SKELETON_H

#include "gfpcheck/summary/Summary.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/BitVector.h"

namespace gfpcheck {

inline llvm::ArrayRef<Edge> edgesOf(const Function &F, const Block &B) {
  return llvm::ArrayRef(F.Edges).slice(B.EdgeBegin, B.EdgeCount);
}
inline llvm::ArrayRef<Event> eventsOf(const Function &F, const Block &B) {
  return llvm::ArrayRef(F.Events).slice(B.EventBegin, B.EventCount);
}

/// The blocks of the loop that an edge from \p End back to \p Head closes.
llvm::BitVector loopBlocks(const Function &F, uint32_t Head, uint32_t End);

/// The block that an event lies in; the number of blocks: none.
uint32_t blockOf(const Function &F, uint32_t Event);

/// Whether some way leads from a block back to it.
bool comesBack(const Function &F, uint32_t Block);

} // namespace gfpcheck

#endif // GFPCHECK_LINK_SKELETON_H
