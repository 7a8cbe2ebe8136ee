//===- Flow.h - Control flow and SSA of a function being built ------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks, guarded edges and events in the order they are built, and the values that
// local variables have in each block: SSA on the fly after Braun et al., "Simple and
// Efficient Construction of Static Single Assignment Form" (CC 2013). A variable
// that is only read where one definition reaches costs one table entry; a join costs
// a Phi only if somebody reads the variable behind it. Where a two-way branch on a
// known condition joins again undisturbed, the join is a Select on that condition.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_FLOW_H
#define GFPCHECK_EXTRACT_FLOW_H

#include "ValueTable.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace gfpcheck::extract {

using BlockId = uint32_t;
using EdgeId = uint32_t;
using VarId = uint32_t;
inline constexpr uint32_t None = ~0u;

class Flow {
public:
  struct BlockInfo {
    llvm::SmallVector<EdgeId, 2> Preds, Succs;
    uint32_t EventBegin = 0, EventEnd = 0; ///< Events of the block are contiguous
    ValueId Cond = 0;
    uint32_t Line = 0;
    bool Sealed = false;    ///< all predecessors are known
    bool MayLoop = false;   ///< may be the target of a back edge
    EdgeId TrueEdge = None; ///< clean two-way join: the edge taken when JoinCond != 0
    ValueId JoinCond = 0;
    llvm::SmallVector<uint32_t, 0> Incomplete; ///< Phis waiting for Sealed
  };
  struct EdgeInfo {
    BlockId From = 0, To = 0;
    GuardKind Guard = GuardKind::Always;
    int64_t Lo = 0, Hi = 0;
    llvm::SmallVector<Move, 0> Moves; ///< filled by finish()
  };
  struct PhiInfo {
    BlockId Block = 0;
    VarId Var = 0;
    ValueId Value = 0;
    ValueId Replaced = None;                ///< the one value that it stands for, if trivial
    llvm::SmallVector<ValueId, 2> Operands; ///< in the order of the block's Preds
  };

  void clear();

  BlockId newBlock();
  /// Nothing is added from a block that cannot be reached; returns None then.
  EdgeId addEdge(BlockId From, BlockId To, GuardKind Guard = GuardKind::Always, int64_t Lo = 0,
                 int64_t Hi = 0);
  /// Declares that no more edges will lead to Block.
  void seal(BlockId Block);
  bool isDead(BlockId Block) const {
    return Block != 0 && Blocks[Block].Sealed && Blocks[Block].Preds.empty();
  }

  void write(VarId Var, BlockId Block, ValueId Value);
  ValueId read(VarId Var, BlockId Block);
  /// The value that a (possibly trivial) Phi stands for; other values as they are.
  ValueId resolve(ValueId Id) const;
  /// Phi number N is Phis[N]; valid for unreplaced Phis of Values.
  const PhiInfo &phi(ValueId Id) const { return Phis[Values[Id].A]; }

  /// Seals what is left, drops unreachable blocks' edges, removes trivial Phis and
  /// puts the remaining ones on the edges as moves.
  void finish();

  ValueTable Values;
  std::vector<BlockInfo> Blocks;
  std::vector<EdgeInfo> Edges;
  std::vector<PhiInfo> Phis;
  std::vector<Event> Events;
  std::vector<ValueId> Arguments; ///< of call events
  std::vector<bool> Reachable;    ///< by block; filled by finish()

private:
  uint32_t newPhi(BlockId Block, VarId Var);
  void complete(uint32_t Phi);
  bool removeIfTrivial(uint32_t Phi);
  ValueId join(BlockId Block, VarId Var);

  llvm::DenseMap<uint64_t, ValueId> Definitions; ///< by block << 32 | variable
};

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_FLOW_H
