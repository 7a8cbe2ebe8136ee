//===- Skeleton.h - Control flow reduced to what events need --------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_SKELETON_H
#define GFPCHECK_EXTRACT_SKELETON_H

#include "Flow.h"

namespace gfpcheck::extract {

/// The blocks of a Flow that are left when everything that decides about no event is
/// taken out; values are still those of the Flow.
struct Skeleton {
  static constexpr size_t MaxBlocks = 4000;

  struct Edge {
    uint32_t To = 0; ///< index into Blocks
    GuardKind Guard = GuardKind::Always;
    bool BackEdge = false;
    int64_t Lo = 0, Hi = 0;
    llvm::SmallVector<Move, 0> Moves;
  };
  struct Block {
    llvm::SmallVector<BlockId, 2> Parts; ///< whose events it has, in order
    llvm::SmallVector<Edge, 2> Edges;
    ValueId Cond = 0;
    uint32_t Line = 0;
  };

  std::vector<Block> Blocks; ///< reverse post-order, entry first
  bool Truncated = false;    ///< had more than MaxBlocks
};

/// Needs Flow::finish() to have been called. Linear in blocks and edges.
Skeleton reduce(const Flow &F);

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_SKELETON_H
