//===- PollLoops.cpp - Loops that wait without sleeping -------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PollLoops.h"
#include "gfpcheck/link/Operands.h"
#include "gfpcheck/link/Skeleton.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace llvm;

namespace gfpcheck {

static constexpr unsigned MaxDepth = 16; // of values and calls in a condition

uint32_t PollLoops::find(FuncId Id) {
  const Function &F = P.function(Id);
  for (uint32_t B = 0; B != F.Blocks.size(); ++B)
    for (const Edge &Back : edgesOf(F, F.Blocks[B])) {
      if (!Back.BackEdge || Back.Target > B)
        continue;
      const BitVector Loop = loopBlocks(F, Back.Target, B);
      uint32_t Line = 0;
      bool Polls = true;
      for (unsigned I : Loop.set_bits()) {
        const Block &X = F.Blocks[I];
        Polls &= llvm::all_of(eventsOf(F, X),
                              [&](const Event &E) { return doesNothing(Id, E, MaxDepth); });
        if (llvm::all_of(edgesOf(F, X), [&](const Edge &E) { return Loop.test(E.Target); }))
          continue;
        const Watched What = watched(Id, X.Cond, MaxDepth);
        Polls &= What != Watched::No;
        if (What == Watched::Memory)
          Line = X.Line;
        if (!Polls)
          break;
      }
      if (Polls && Line)
        return Line;
    }
  return 0;
}

PollLoops::Watched PollLoops::watched(FuncId Id, ValueId V, unsigned Depth) {
  const Function &F = P.function(Id);
  const Value &X = F.Values[V];
  if (!Depth)
    return Watched::No;
  switch (X.Kind) {
  case ValueKind::Global:
    return P.Entities[P.EntityMap[P.Functions[Id].Unit][X.A]].Name == Clock && Clock
               ? Watched::No
               : Watched::Fixed;
  case ValueKind::Load:
    return watched(Id, X.A, Depth - 1) == Watched::No ? Watched::No : Watched::Memory;
  case ValueKind::Index:
    if (!X.B) // which element, the loop may decide
      return Watched::No;
    break;
  case ValueKind::Call:
    for (const Event &E : F.Events)
      if (E.Kind == EventKind::Call && E.CallNo == X.A) {
        const FuncId T = P.directCallee(Id, E);
        const bool Fixed =
            llvm::all_of(ArrayRef(F.Operands).slice(E.ArgBegin, E.ArgCount),
                         [&](ValueId A) { return watched(Id, A, Depth - 1) != Watched::No; });
        return T == NoFunc || !Fixed ? Watched::No : result(T, Depth - 1);
      }
    return Watched::No;
  case ValueKind::Unknown: // what an instruction wrote, for one
  case ValueKind::Phi:     // what the loop itself changes
    return Watched::No;
  default:
    break;
  }
  Watched Out = Watched::Fixed;
  for (ValueId Part : operandsOf(X)) {
    const Watched W = watched(Id, Part, Depth - 1);
    if (W == Watched::No)
      return W;
    Out = std::max(Out, W);
  }
  return Out;
}

// What a function returns that does nothing but to read memory.
PollLoops::Watched PollLoops::result(FuncId Id, unsigned Depth) {
  if (auto It = Results.find(Id); It != Results.end())
    return It->second;
  Results[Id] = Watched::No; // recursive ones
  Watched Out = Watched::Fixed;
  for (const Event &E : P.function(Id).Events) {
    if (E.Kind != EventKind::Return) {
      if (!doesNothing(Id, E, Depth))
        Out = Watched::No;
    } else if (const Watched W = watched(Id, E.A, Depth); W == Watched::No) {
      Out = W;
    } else if (Out != Watched::No) {
      Out = std::max(Out, W);
    }
  }
  return Results[Id] = Out;
}

// A function that is given something, and does not read it, may well write it: there are
// instructions for that, which are not seen.
bool PollLoops::doesNothing(FuncId Id, const Event &E, unsigned Depth) {
  if (E.Kind != EventKind::Call)
    return E.Kind == EventKind::Return;
  const FuncId T = P.directCallee(Id, E);
  if (T == NoFunc || !Depth)
    return false;
  const Function &F = P.function(T);
  if (F.Params.empty())
    return !F.Blocks.empty() &&
           llvm::all_of(F.Events, [&](const Event &X) { return doesNothing(T, X, Depth - 1); });
  return result(T, Depth - 1) == Watched::Memory;
}

} // namespace gfpcheck
