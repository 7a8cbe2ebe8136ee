//===- ProgramChange.cpp - A program and what it was --------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/link/ProgramChange.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

EntityIndex::EntityIndex(const Program &P) {
  reserve(P.Entities.size());
  for (EntityId E = 1; E != P.Entities.size(); ++E)
    add(P.Entities[E].Name, P.Entities[E].File, P.Entities[E].Line, E);
}

EntityId EntityIndex::find(NameId Name, NameId File, uint32_t Line) const {
  return Entities.lookup({Name, place(File, Line)});
}

bool sameBody(const Program &P, FuncId IdA, FuncId IdB) {
  const Function &A = P.function(IdA), &B = P.function(IdB);
  const uint32_t UA = P.Functions[IdA].Unit, UB = P.Functions[IdB].Unit;
  auto Name = [&](StrId X, StrId Y) { return P.NameMap[UA][X] == P.NameMap[UB][Y]; };
  auto Symbol = [&](SymId X, SymId Y) { return P.EntityMap[UA][X] == P.EntityMap[UB][Y]; };
  auto SameValue = [&](const Value &X, const Value &Y) {
    if (X.Kind != Y.Kind || X.Imm != Y.Imm)
      return false;
    switch (X.Kind) {
    case ValueKind::String:
      return true;
    case ValueKind::Global:
    case ValueKind::Func:
      return Symbol(X.A, Y.A);
    case ValueKind::Field:
    case ValueKind::Container:
      return X.A == Y.A && Name(X.B, Y.B) && Name(X.C, Y.C);
    default:
      return X.A == Y.A && X.B == Y.B && X.C == Y.C;
    }
  };
  auto SameEvent = [&](const Event &X, const Event &Y) {
    return X.Kind == Y.Kind && X.Flags == Y.Flags && X.A == Y.A && X.B == Y.B &&
           X.CallNo == Y.CallNo && X.ArgBegin == Y.ArgBegin && X.ArgCount == Y.ArgCount &&
           X.TypeHash == Y.TypeHash && Name(X.Macro, Y.Macro);
  };
  auto SameEdge = [](const Edge &X, const Edge &Y) {
    return X.Target == Y.Target && X.Guard == Y.Guard && X.BackEdge == Y.BackEdge && X.Lo == Y.Lo &&
           X.Hi == Y.Hi && X.MoveBegin == Y.MoveBegin && X.MoveCount == Y.MoveCount;
  };
  auto SameMove = [](const Move &X, const Move &Y) { return X.Phi == Y.Phi && X.From == Y.From; };
  auto SameBlock = [](const Block &X, const Block &Y) {
    return X.EventBegin == Y.EventBegin && X.EventCount == Y.EventCount &&
           X.EdgeBegin == Y.EdgeBegin && X.EdgeCount == Y.EdgeCount && X.Cond == Y.Cond;
  };
  auto SameParam = [&](const Param &X, const Param &Y) { return Name(X.Type, Y.Type); };
  return A.Flags == B.Flags && A.TypeHash == B.TypeHash && A.CallCount == B.CallCount &&
         A.Operands == B.Operands && Name(A.ReturnType, B.ReturnType) &&
         llvm::equal(A.Values, B.Values, SameValue) && llvm::equal(A.Events, B.Events, SameEvent) &&
         llvm::equal(A.Edges, B.Edges, SameEdge) && llvm::equal(A.Moves, B.Moves, SameMove) &&
         llvm::equal(A.Blocks, B.Blocks, SameBlock) && llvm::equal(A.Params, B.Params, SameParam) &&
         llvm::equal(A.Annotations, B.Annotations, Name);
}

void ProgramChange::findRebound(uint32_t FirstUnit) {
  if (OtherDefs.empty())
    return;
  DenseSet<EntityId> Ents;
  for (const auto &[E, Defs] : OtherDefs)
    Ents.insert(E);
  std::vector<bool> Units(FirstUnit);
  for (uint32_t U = 0; U != FirstUnit; ++U)
    Units[U] = llvm::any_of(P.EntityMap[U], [&](EntityId E) { return Ents.contains(E); });
  for (FuncId F = 0; F != FirstReplaced; ++F)
    if (const uint32_t U = P.Functions[F].Unit;
        Units[U] && llvm::any_of(P.function(F).Values, [&](const Value &V) {
          return V.Kind == ValueKind::Func && Ents.contains(P.EntityMap[U][V.A]);
        }))
      Rebound.push_back(F);
}

void ProgramChange::dropReplaced(uint32_t FirstUnit) {
  P.Functions.resize(FirstReplaced);
  P.Units.erase(P.Units.begin() + FirstUnit, P.Units.end());
  P.NameMap.resize(FirstUnit);
  P.EntityMap.resize(FirstUnit);
  P.Providers.resize(FirstUnit);
  P.UnitIds.resize(FirstUnit);
}

void ProgramChange::show(Side Which) {
  if (Which == Shown)
    return;
  Shown = Which;
  for (auto &[E, Defs] : OtherDefs)
    std::swap(P.Entities[E].Defs, Defs);
  for (auto &[Key, Then] : OtherTables)
    std::swap(Program::isVariableKey(Key) ? P.VariableTargets[EntityId(Key >> 32)] : P.Targets[Key],
              Then);
  for (auto &[Instance, Then] : OtherInstances)
    std::swap(P.InstanceTargets[Instance], Then);
}

} // namespace gfpcheck
