//===- Flow.cpp - Control flow and SSA of a function being built ----------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Flow.h"

namespace gfpcheck::extract {

static uint64_t key(BlockId Block, VarId Var) { return uint64_t(Block) << 32 | Var; }

void Flow::clear() {
  Values.clear();
  Blocks.clear();
  Edges.clear();
  Phis.clear();
  Events.clear();
  Arguments.clear();
  Reachable.clear();
  Definitions.clear();
}

BlockId Flow::newBlock() {
  Blocks.emplace_back();
  return Blocks.size() - 1;
}

EdgeId Flow::addEdge(BlockId From, BlockId To, GuardKind Guard, int64_t Lo, int64_t Hi) {
  if (isDead(From))
    return None;
  EdgeId Id = Edges.size();
  EdgeInfo &E = Edges.emplace_back();
  E.From = From, E.To = To, E.Guard = Guard, E.Lo = Lo, E.Hi = Hi;
  Blocks[From].Succs.push_back(Id);
  Blocks[To].Preds.push_back(Id);
  return Id;
}

void Flow::seal(BlockId Block) {
  if (Blocks[Block].Sealed)
    return;
  Blocks[Block].Sealed = true;
  for (size_t I = 0; I != Blocks[Block].Incomplete.size(); ++I)
    complete(Blocks[Block].Incomplete[I]);
  Blocks[Block].Incomplete.clear();
}

void Flow::write(VarId Var, BlockId Block, ValueId Value) { Definitions[key(Block, Var)] = Value; }

ValueId Flow::resolve(ValueId Id) const {
  while (Values[Id].Kind == ValueKind::Phi && Phis[Values[Id].A].Replaced != None)
    Id = Phis[Values[Id].A].Replaced;
  return Id;
}

uint32_t Flow::newPhi(BlockId Block, VarId Var) {
  uint32_t Number = Phis.size();
  PhiInfo &P = Phis.emplace_back();
  P.Block = Block, P.Var = Var, P.Value = Values.phi(Number);
  return Number;
}

ValueId Flow::read(VarId Var, BlockId Block) {
  // Chains of blocks with one predecessor are walked, not recursed into; what is
  // found is remembered in every block passed.
  llvm::SmallVector<BlockId, 16> Passed;
  ValueId Result = 0;
  for (;;) {
    auto It = Definitions.find(key(Block, Var));
    if (It != Definitions.end()) {
      Result = resolve(It->second);
      break;
    }
    Passed.push_back(Block);
    BlockInfo &B = Blocks[Block];
    if (!B.Sealed) {
      uint32_t Phi = newPhi(Block, Var);
      Blocks[Block].Incomplete.push_back(Phi);
      Result = Phis[Phi].Value;
      break;
    }
    if (B.Preds.empty())
      break;
    if (B.Preds.size() > 1 || B.MayLoop) {
      Result = join(Block, Var);
      break;
    }
    Block = Edges[B.Preds.front()].From;
  }
  for (BlockId P : Passed)
    Definitions[key(P, Var)] = Result;
  return Result;
}

ValueId Flow::join(BlockId Block, VarId Var) {
  if (Blocks[Block].MayLoop) {
    uint32_t Phi = newPhi(Block, Var);
    write(Var, Block, Phis[Phi].Value);
    complete(Phi);
    return resolve(Phis[Phi].Value);
  }
  llvm::SmallVector<ValueId, 4> Incoming;
  bool Same = true;
  for (size_t I = 0; I != Blocks[Block].Preds.size(); ++I) {
    Incoming.push_back(read(Var, Edges[Blocks[Block].Preds[I]].From));
    Same &= Incoming.back() == Incoming.front();
  }
  if (Same)
    return Incoming.front();
  const BlockInfo &B = Blocks[Block];
  // A Select can leave the function and meets its condition again; but what was known
  // of an arm that is a phi on its own way is lost in it.
  if (B.TrueEdge != None && Incoming.size() == 2 && !Values.hasPhi(Incoming[0]) &&
      !Values.hasPhi(Incoming[1])) {
    bool First = B.Preds[0] == B.TrueEdge;
    return Values.select(B.JoinCond, Incoming[First ? 0 : 1], Incoming[First ? 1 : 0]);
  }
  uint32_t Phi = newPhi(Block, Var);
  Phis[Phi].Operands.assign(Incoming.begin(), Incoming.end());
  return Phis[Phi].Value;
}

void Flow::complete(uint32_t Phi) {
  const BlockId Block = Phis[Phi].Block;
  const VarId Var = Phis[Phi].Var;
  llvm::SmallVector<ValueId, 4> Incoming;
  for (size_t I = 0; I != Blocks[Block].Preds.size(); ++I)
    Incoming.push_back(read(Var, Edges[Blocks[Block].Preds[I]].From));
  Phis[Phi].Operands.assign(Incoming.begin(), Incoming.end());
  removeIfTrivial(Phi);
}

bool Flow::removeIfTrivial(uint32_t Number) {
  PhiInfo &P = Phis[Number];
  if (P.Replaced != None)
    return false;
  ValueId Only = None;
  for (size_t I = 0; I != P.Operands.size(); ++I) {
    if (!Reachable.empty() && !Reachable[Edges[Blocks[P.Block].Preds[I]].From])
      continue;
    ValueId Operand = resolve(P.Operands[I]);
    if (Operand == P.Value || Operand == Only)
      continue;
    if (Only != None)
      return false;
    Only = Operand;
  }
  P.Replaced = Only == None ? 0 : Only;
  return true;
}

void Flow::finish() {
  for (BlockId B = 0; B != Blocks.size(); ++B)
    seal(B);
  Reachable.assign(Blocks.size(), false);
  llvm::SmallVector<BlockId, 32> Work{0};
  Reachable[0] = true;
  while (!Work.empty()) {
    BlockId B = Work.pop_back_val();
    for (EdgeId E : Blocks[B].Succs)
      if (!Reachable[Edges[E].To]) {
        Reachable[Edges[E].To] = true;
        Work.push_back(Edges[E].To);
      }
  }
  // One Phi's removal can make another trivial; two rounds nearly always do, and a
  // Phi that is left over is merely redundant.
  for (int Round = 0; Round != 8; ++Round) {
    bool Changed = false;
    for (uint32_t P = 0; P != Phis.size(); ++P)
      Changed |= removeIfTrivial(P);
    if (!Changed)
      break;
  }
  for (const PhiInfo &P : Phis) {
    if (P.Replaced != None || !Reachable[P.Block])
      continue;
    for (size_t I = 0; I != P.Operands.size(); ++I)
      Edges[Blocks[P.Block].Preds[I]].Moves.push_back({P.Value, resolve(P.Operands[I])});
  }
}

} // namespace gfpcheck::extract
