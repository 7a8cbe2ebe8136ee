//===- LiveSolution.cpp - A solved program that is being edited -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/solve/LiveSolution.h"
#include "ChangeResolver.h"
#include "SavedState.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/TimeProfiler.h"

using namespace llvm;

namespace gfpcheck {

struct LiveSolution::Impl {
  Impl(Program &P, const Model &M) : P(P), M(M), S(P, M), E(S, buildCallGraph(P, M)) {}

  Program &P;
  const Model &M;
  const EntityId Entities = P.Entities.size(); // of the base
  Solution S;
  Engine E;
};

LiveSolution::LiveSolution(std::unique_ptr<Impl> I) : I(std::move(I)) {}
LiveSolution::~LiveSolution() = default;

std::unique_ptr<LiveSolution> LiveSolution::load(Program &P, const Model &M, StringRef State) {
  TimeTraceScope Trace("load live");
  auto I = std::make_unique<Impl>(P, M);
  ByteReader In(State);
  {
    const Correspondence Ids(P, In, LinkInput());
    if (In.Bad || !Ids.Changed.empty() || !Ids.ChangedTables.empty() ||
        !loadFixpoint(In, Ids, I->S, I->E.Found, I->E.Analyzer.Known))
      return nullptr;
  }
  return std::unique_ptr<LiveSolution>(new LiveSolution(std::move(I)));
}

void LiveSolution::with(UnitOverlay &Change, function_ref<bool(const Solution &, Stage)> Show) {
  TimeTraceScope Trace("edit");
  Engine &E = I->E;
  Solution &S = I->S;
  const size_t Functions = S.Effects.size();
  E.NewlyDecided.clear();
  S.coverEntities(I->Entities);
  E.resize(I->P.Functions.size());
  {
    std::vector<FuncId> Others = Change.Rebound;
    for (auto [F, Was] : Change.Changed)
      Others.push_back(F);
    const CallGraphPatch Patch(E.Graph, I->P, I->M, Change.FirstReplaced, Others);
    ChangeResolver Resolver(E, Change);
    Resolver.run(/*Everywhere=*/false);
    Change.settle();
    E.resize(Change.FirstReplaced);
    E.findDefects();
    if (Show(S, Stage::Defects)) {
      E.walk();
      Show(S, Stage::Whole);
    }
    Resolver.undo();
  }
  E.resize(Functions);
}

} // namespace gfpcheck
