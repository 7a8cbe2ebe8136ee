//===- UnitOverlay.cpp - One unit as it is being edited -----------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Internal entities of the file that is edited are matched by name, those of one name in the order
// of their lines, which move. Entities of header inlines are where they were.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/link/UnitOverlay.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

/// A function that is no longer there keeps its id and does nothing.
static const Function Removed;

UnitOverlay::UnitOverlay(Program &P, const EntityIndex &Index, uint32_t Unit, TuSummary &&Now)
    : ProgramChange(P), Unit(Unit), FirstUnit(P.Units.size()), FunctionsBefore(P.Functions.size()),
      EntitiesBefore(P.Entities.size()) {
  std::vector<NameId> Names;
  for (const std::string &S : Now.Strings)
    Names.push_back(P.intern(S));
  matchInternals();
  // In the order of lines, as those of one name are matched.
  std::vector<SymId> Order(Now.Symbols.size());
  for (SymId I = 0; I != Order.size(); ++I)
    Order[I] = I;
  llvm::sort(Order, [&](SymId A, SymId B) {
    return std::tie(Now.Symbols[A].Line, A) < std::tie(Now.Symbols[B].Line, B);
  });
  std::vector<EntityId> Entities(Now.Symbols.size());
  for (SymId I : Order)
    if (I != 0)
      Entities[I] = entity(Index, Now.Symbols[I], Names);

  P.NameMap.push_back(std::move(P.NameMap[Unit]));
  P.NameMap[Unit] = std::move(Names);
  P.EntityMap.push_back(std::move(P.EntityMap[Unit]));
  P.EntityMap[Unit] = std::move(Entities);
  P.Providers.push_back(P.Providers[Unit]);
  P.UnitIds.push_back(P.UnitIds[Unit]);
  P.UnitIds[Unit] = 0;
  for (EntityId E : P.EntityMap[FirstUnit])
    if (auto It = P.VariantOf.find({Unit, E}); It != P.VariantOf.end())
      Variants.push_back({FirstUnit, E});
  for (auto &Key : Variants) {
    const FuncId Variant = P.VariantOf.lookup({Unit, Key.second});
    P.VariantOf[Key] = Variant;
  }
  exchange(std::move(Now));
  ChangesTables = storedFunctions(Unit) != storedFunctions(FirstUnit);
  findRebound(FirstUnit);
}

void UnitOverlay::matchInternals() {
  const NameId MainFile = P.findName(P.Units[Unit].MainFile);
  for (EntityId E : P.EntityMap[Unit])
    if (E && P.Entities[E].File == MainFile)
      Internals[P.Entities[E].Name].push_back(E);
  for (auto &[Name, List] : Internals) {
    llvm::sort(List,
               [&](EntityId A, EntityId B) { return P.Entities[A].Line > P.Entities[B].Line; });
    List.erase(llvm::unique(List), List.end());
  }
}

EntityId UnitOverlay::entity(const EntityIndex &Index, const Symbol &S, ArrayRef<NameId> Names) {
  const bool Internal = S.Flags & SF_Internal;
  const NameId Name = Names[S.Name], File = Internal ? Names[S.File] : 0;
  if (Internal && P.name(File) == P.Units[Unit].MainFile) {
    if (auto It = Internals.find(Name); It != Internals.end() && !It->second.empty())
      return It->second.pop_back_val();
  } else if (EntityId E = Index.find(Name, File, Internal ? S.Line : 0)) {
    return E;
  }
  Entity &New = P.Entities.emplace_back();
  New.Name = Name;
  New.File = File;
  New.Line = Internal ? S.Line : 0;
  New.IsFunction = S.Flags & SF_Function;
  New.Type = Names[S.Type];
  return P.Entities.size() - 1;
}

void UnitOverlay::exchange(TuSummary &&Now) {
  for (FuncId F = 0; F != FunctionsBefore; ++F)
    if (P.Functions[F].Unit == Unit)
      OldBodies.push_back({F, P.Functions[F]});
  P.Units.push_back(std::move(P.Units[Unit]));
  P.Units[Unit] = std::move(Now);

  DenseMap<EntityId, FuncId> Left; // functions of the unit that have not been found yet
  for (auto [F, Body] : OldBodies) {
    Left[Body.Ent] = F;
    P.Functions[F].F = &Removed;
  }
  auto SetDefs = [&](EntityId E, auto Change) {
    if (llvm::none_of(OtherDefs, [&](auto &X) { return X.first == E; }))
      OtherDefs.push_back({E, P.Entities[E].Defs});
    Change(P.Entities[E].Defs);
  };
  for (const Function &F : P.Units[Unit].Functions) {
    const EntityId E = P.EntityMap[Unit][F.Sym];
    if (auto It = Left.find(E); It != Left.end()) {
      P.Functions[It->second].F = &F;
      Left.erase(It);
      continue;
    }
    const bool HasOther = !P.Entities[E].Defs.empty();
    if (HasOther && ((F.Flags & FF_Weak) || llvm::any_of(F.Annotations, [&](StrId A) {
                       return P.Units[Unit].str(A).starts_with("alias:");
                     })))
      continue; // as the linker has it
    SetDefs(E, [&](auto &Defs) { Defs.push_back(P.Functions.size()); });
    Changed.push_back({FuncId(P.Functions.size()), NoFunc});
    P.Functions.push_back({&F, Unit, E});
  }
  for (auto [E, F] : Left)
    SetDefs(E, [F = F](auto &Defs) { llvm::erase(Defs, F); });
  llvm::sort(OtherDefs);

  FirstReplaced = P.Functions.size();
  for (auto &[F, Body] : OldBodies) {
    const FuncId Was = P.Functions.size();
    P.Functions.push_back({Body.F, FirstUnit, Body.Ent});
    if (!sameBody(P, F, Was))
      Changed.push_back({F, Was});
  }
  llvm::sort(Changed);
}

// What is given a function, by name, and which one.
std::vector<std::array<uint64_t, 3>> UnitOverlay::storedFunctions(uint32_t U) const {
  std::vector<std::array<uint64_t, 3>> Out;
  const TuSummary &T = P.Units[U];
  const std::vector<NameId> &Names = P.NameMap[U];
  const std::vector<EntityId> &Entities = P.EntityMap[U];
  for (const InitEntry &I : T.Inits)
    Out.push_back(
        {Entities[I.Target], Member{Names[I.Record], Names[I.Field]}.key(), Entities[I.Owner]});
  for (const Function &F : T.Functions) {
    auto Add = [&](ValueId V, uint64_t Place, uint64_t Where) {
      SmallVector<ValueId, 4> Leaves{V};
      while (!Leaves.empty()) {
        const Value &X = F.Values[Leaves.pop_back_val()];
        if (X.Kind == ValueKind::Func)
          Out.push_back({Entities[X.A], Place, Where});
        else if (X.Kind == ValueKind::Select)
          Leaves.append({X.B, X.C});
        else if (X.Kind == ValueKind::Phi)
          for (ValueId O : ArrayRef(F.Operands).slice(X.A, X.B))
            if (F.Values[O].Kind == ValueKind::Func)
              Leaves.push_back(O);
      }
    };
    for (const Event &E : F.Events) {
      const Value &At = F.Values[E.A];
      if (E.Kind == EventKind::Store)
        Add(E.B, At.Kind == ValueKind::Field ? Member{Names[At.B], Names[At.C]}.key() : 0, 0);
      else if (E.Kind == EventKind::Call && At.Kind == ValueKind::Func)
        for (uint32_t I = 0; I != E.ArgCount; ++I)
          Add(F.Operands[E.ArgBegin + I], Entities[At.A], ~uint64_t(I));
    }
  }
  llvm::sort(Out);
  Out.erase(llvm::unique(Out), Out.end());
  return Out;
}

void UnitOverlay::settle() {
  Settled = true;
  Old = std::move(P.Units.back());
  OldNames = std::move(P.NameMap.back());
  OldEntities = std::move(P.EntityMap.back());
  OldId = P.UnitIds.back();
  dropReplaced(FirstUnit);
  for (const auto &Key : Variants)
    P.VariantOf.erase(Key);
  Variants.clear();
}

UnitOverlay::~UnitOverlay() {
  show(Side::Patched);
  if (!Settled)
    settle();
  P.Units[Unit] = std::move(Old);
  P.NameMap[Unit] = std::move(OldNames);
  P.EntityMap[Unit] = std::move(OldEntities);
  P.UnitIds[Unit] = OldId;
  for (auto &[F, Body] : OldBodies)
    P.Functions[F] = Body;
  P.Functions.resize(FunctionsBefore);
  for (auto &[E, Defs] : OtherDefs)
    P.Entities[E].Defs = std::move(Defs);
  P.Entities.resize(EntitiesBefore);
}

} // namespace gfpcheck
