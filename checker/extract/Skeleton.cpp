//===- Skeleton.cpp - Control flow reduced to what events need ------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Most blocks of a function hold no event. A block without events is taken out if
// every way on from it leads to the same block with events, however many branches
// and loops lie between: nothing that matters is decided there. This is a small data
// flow problem: the *target* of a block with events is itself; that of one without is
// the common target of its successors, or itself if they differ (it decides), or
// nothing yet (a loop not resolved). Ways that end without return and without event,
// such as BUG_ON()'s, are cut off, and the guard stays on what remains: behind the
// check its condition is known.
//
// Phis that edges taken out assigned are handed on to the edge that replaces them, or
// left open (From = 0) where the ways merged disagree.
//
//===----------------------------------------------------------------------===//

#include "Skeleton.h"
#include "llvm/ADT/DenseSet.h"

namespace gfpcheck::extract {
namespace {

using Moves = llvm::SmallVector<Move, 0>;

class Reducer {
public:
  explicit Reducer(const Flow &F) : F(F), Count(F.Blocks.size()) {}
  Skeleton run();

private:
  struct Node {
    llvm::SmallVector<BlockId, 2> Parts;
    llvm::SmallVector<Skeleton::Edge, 2> Edges; ///< To is a BlockId here
    ValueId Cond = 0;
    uint32_t Line = 0;
  };

  void orderBlocks();
  void findTargets();
  void collectMoves();
  void makeNodes();
  void findLivePhis();
  void dropDeadMoves();
  void mergeChains();
  Skeleton number();

  bool hasEvents(BlockId B) const { return F.Blocks[B].EventBegin != F.Blocks[B].EventEnd; }
  bool isKept(BlockId B) const { return F.Reachable[B] && Target[B] == B && !DeadEnd[B]; }

  const Flow &F;
  const size_t Count;
  std::vector<BlockId> PostOrder;
  std::vector<BlockId> Target;
  std::vector<bool> DeadEnd;
  std::vector<Moves> Onward; ///< moves between a removed block and its target
  std::vector<Node> Nodes;
  std::vector<bool> Live; ///< by value
};

void Reducer::orderBlocks() {
  std::vector<bool> Seen(Count);
  llvm::SmallVector<std::pair<BlockId, unsigned>, 32> Stack{{0, 0}};
  Seen[0] = true;
  while (!Stack.empty()) {
    auto &[B, Next] = Stack.back();
    if (Next == F.Blocks[B].Succs.size()) {
      PostOrder.push_back(B);
      Stack.pop_back();
      continue;
    }
    BlockId To = F.Edges[F.Blocks[B].Succs[Next++]].To;
    if (!Seen[To]) {
      Seen[To] = true;
      Stack.push_back({To, 0});
    }
  }
}

void Reducer::findTargets() {
  Target.assign(Count, None);
  DeadEnd.assign(Count, false);
  for (BlockId B : PostOrder)
    if (B == 0 || hasEvents(B))
      Target[B] = B;
  constexpr int MaxRounds = 12;
  bool Changed = true;
  for (int Round = 0; Changed; ++Round) {
    Changed = false;
    for (BlockId B : PostOrder) {
      if (B == 0 || hasEvents(B))
        continue;
      BlockId Common = None;
      bool AllDead = true, AnyDead = false;
      for (EdgeId E : F.Blocks[B].Succs) {
        BlockId T = Target[F.Edges[E].To];
        if (T == None) {
          AllDead = false;
          continue;
        }
        if (DeadEnd[T]) {
          AnyDead = true;
          continue;
        }
        AllDead = false;
        Common = Common == None || Common == T ? T : B;
      }
      if (AllDead || (AnyDead && Common != None))
        Common = B;
      if (Round >= MaxRounds && Common != Target[B])
        Common = B; // deciding: the safe answer
      if (Target[B] == B && Round >= MaxRounds)
        continue;
      if (Common != Target[B] || DeadEnd[B] != AllDead) {
        Target[B] = Common;
        DeadEnd[B] = AllDead;
        Changed = true;
      }
    }
  }
}

// What taking First and then Second assigns.
Moves compose(const Moves &First, const Moves &Second) {
  Moves Result = First;
  for (Move M : Second) {
    for (const Move &Earlier : First)
      if (Earlier.Phi == M.From)
        M.From = Earlier.From;
    bool Replaced = false;
    for (Move &R : Result)
      if (R.Phi == M.Phi) {
        R.From = M.From;
        Replaced = true;
      }
    if (!Replaced)
      Result.push_back(M);
  }
  return Result;
}

// What is known of either way having been taken.
void mergeInto(Moves &Result, const Moves &Other) {
  auto Find = [](const Moves &In, ValueId Phi) {
    for (const Move &M : In)
      if (M.Phi == Phi)
        return std::optional<ValueId>(M.From);
    return std::optional<ValueId>();
  };
  for (Move &M : Result)
    if (Find(Other, M.Phi) != M.From)
      M.From = 0;
  for (const Move &M : Other)
    if (!Find(Result, M.Phi))
      Result.push_back({M.Phi, 0});
}

void Reducer::collectMoves() {
  Onward.resize(Count);
  for (BlockId B : PostOrder) {
    if (Target[B] == B)
      continue;
    bool First = true;
    for (EdgeId E : F.Blocks[B].Succs) {
      Moves Way = compose(F.Edges[E].Moves, Onward[F.Edges[E].To]);
      if (First)
        Onward[B] = std::move(Way);
      else
        mergeInto(Onward[B], Way);
      First = false;
    }
  }
}

void Reducer::makeNodes() {
  Nodes.resize(Count);
  for (BlockId B : PostOrder) {
    if (!isKept(B))
      continue;
    Node &N = Nodes[B];
    N.Parts.push_back(B);
    for (EdgeId Id : F.Blocks[B].Succs) {
      const Flow::EdgeInfo &E = F.Edges[Id];
      BlockId T = Target[E.To];
      if (T == None || DeadEnd[T] || (T == B && !hasEvents(B)))
        continue;
      Skeleton::Edge &New = N.Edges.emplace_back();
      New.To = T, New.Guard = E.Guard, New.Lo = E.Lo, New.Hi = E.Hi;
      New.Moves = compose(E.Moves, Onward[E.To]);
    }
    if (N.Edges.size() > 1 && llvm::all_of(N.Edges, [&](const Skeleton::Edge &E) {
          return E.To == N.Edges.front().To;
        })) {
      for (size_t I = 1; I != N.Edges.size(); ++I)
        mergeInto(N.Edges.front().Moves, N.Edges[I].Moves);
      N.Edges.resize(1);
      N.Edges.front().Guard = GuardKind::Always;
    }
    if (llvm::any_of(N.Edges,
                     [](const Skeleton::Edge &E) { return E.Guard != GuardKind::Always; })) {
      N.Cond = F.resolve(F.Blocks[B].Cond);
      N.Line = F.Blocks[B].Line;
    }
  }
}

// A Phi is live if an event, a condition or another live Phi refers to it.
void Reducer::findLivePhis() {
  Live.assign(F.Values.all().size(), false);
  llvm::SmallVector<ValueId, 64> Work;
  auto Use = [&](ValueId Id) {
    Id = F.resolve(Id);
    if (!Live[Id]) {
      Live[Id] = true;
      Work.push_back(Id);
    }
  };
  for (BlockId B : PostOrder) {
    for (BlockId Part : Nodes[B].Parts)
      for (uint32_t I = F.Blocks[Part].EventBegin; I != F.Blocks[Part].EventEnd; ++I) {
        const Event &E = F.Events[I];
        Use(E.A);
        Use(E.B);
        for (uint32_t A = 0; A != E.ArgCount; ++A)
          Use(F.Arguments[E.ArgBegin + A]);
      }
    Use(Nodes[B].Cond);
  }
  while (!Work.empty()) {
    ValueId Id = Work.pop_back_val();
    const Value &V = F.Values[Id];
    if (V.Kind == ValueKind::Phi) {
      for (ValueId Operand : F.phi(Id).Operands)
        Use(Operand);
      continue;
    }
    ValueId Operands[3];
    for (unsigned I = 0, E = ValueTable::operandsOf(V, Operands); I != E; ++I)
      Use(Operands[I]);
  }
}

void Reducer::dropDeadMoves() {
  for (Node &N : Nodes)
    for (Skeleton::Edge &E : N.Edges)
      llvm::erase_if(E.Moves, [this](const Move &M) { return !Live[M.Phi]; });
}

void Reducer::mergeChains() {
  std::vector<uint32_t> Preds(Count, 0);
  for (const Node &N : Nodes)
    for (const Skeleton::Edge &E : N.Edges)
      ++Preds[E.To];
  // Bottom-up, so that a chain is appended to its head once per link.
  for (BlockId B : PostOrder) {
    Node &N = Nodes[B];
    while (N.Edges.size() == 1 && N.Edges[0].Guard == GuardKind::Always &&
           N.Edges[0].Moves.empty() && N.Edges[0].To != B && N.Edges[0].To != 0 &&
           Preds[N.Edges[0].To] == 1) {
      Node Next = std::move(Nodes[N.Edges[0].To]);
      Nodes[N.Edges[0].To] = Node();
      N.Parts.append(Next.Parts.begin(), Next.Parts.end());
      N.Edges = std::move(Next.Edges);
      N.Cond = Next.Cond;
      N.Line = Next.Line;
    }
  }
}

Skeleton Reducer::number() {
  // Reverse post-order over what is left; an edge to a block still on the stack
  // closes a loop.
  std::vector<uint32_t> State(Count, 0); // 0 new, 1 on the stack, 2 done
  std::vector<BlockId> Order;
  llvm::SmallVector<std::pair<BlockId, unsigned>, 32> Stack{{0, 0}};
  State[0] = 1;
  while (!Stack.empty()) {
    BlockId B = Stack.back().first;
    if (Stack.back().second == Nodes[B].Edges.size()) {
      State[B] = 2;
      Order.push_back(B);
      Stack.pop_back();
      continue;
    }
    // Last edge first, so that the first one's blocks come first in the result.
    const unsigned I = Nodes[B].Edges.size() - 1 - Stack.back().second++;
    Skeleton::Edge &E = Nodes[B].Edges[I];
    E.BackEdge = State[E.To] == 1;
    if (State[E.To] == 0) {
      State[E.To] = 1;
      Stack.push_back({E.To, 0});
    }
  }
  std::reverse(Order.begin(), Order.end());
  Skeleton S;
  S.Truncated = Order.size() > Skeleton::MaxBlocks;
  if (S.Truncated)
    Order.resize(Skeleton::MaxBlocks);
  std::vector<uint32_t> Number(Count, None);
  for (BlockId B : Order) {
    Number[B] = S.Blocks.size();
    Skeleton::Block &New = S.Blocks.emplace_back();
    New.Parts = std::move(Nodes[B].Parts);
    New.Edges = std::move(Nodes[B].Edges);
    New.Cond = Nodes[B].Cond;
    New.Line = Nodes[B].Line;
  }
  for (Skeleton::Block &B : S.Blocks) {
    llvm::erase_if(B.Edges, [&](const Skeleton::Edge &E) { return Number[E.To] == None; });
    for (Skeleton::Edge &E : B.Edges)
      E.To = Number[E.To];
  }
  return S;
}

Skeleton Reducer::run() {
  orderBlocks();
  findTargets();
  collectMoves();
  makeNodes();
  findLivePhis();
  dropDeadMoves();
  mergeChains();
  return number();
}

} // namespace

Skeleton reduce(const Flow &F) { return Reducer(F).run(); }

} // namespace gfpcheck::extract
