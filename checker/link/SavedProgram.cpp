//===- SavedProgram.cpp - A linked program, remembered ----------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Units are the same by their ids, and so are the functions in them, one by one. Entities are the
// same by name and place. In a file that has changed, lines move: there, those of one name are
// taken in order.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/link/SavedProgram.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

void saveProgram(const Program &P, ByteWriter &Out) {
  Out.size(P.Names.size());
  for (const std::string &Name : P.Names)
    Out.string(Name);
  Out.array(ArrayRef(P.UnitIds));
  Out.size(P.Entities.size());
  for (const Entity &E : P.Entities) {
    Out.plain(E.Name);
    Out.plain(E.File);
    Out.plain(E.Line);
    Out.plain(E.Type);
    Out.plain(E.IsFunction);
  }
  Out.size(P.Functions.size());
  for (const ProgramFunction &F : P.Functions) {
    Out.plain(F.Unit);
    Out.plain(uint32_t(F.F - P.Units[F.Unit].Functions.data()));
    Out.plain(F.Ent);
  }
  Out.size(P.Targets.size());
  for (const auto &[Key, Functions] : P.Targets) {
    Out.plain(Key);
    Out.array(ArrayRef(Functions));
  }
  Out.size(P.VariableTargets.size());
  for (const auto &[Variable, Functions] : P.VariableTargets) {
    Out.plain(Variable);
    Out.array(ArrayRef(Functions));
  }
  Out.size(P.InstanceTargets.size());
  for (const auto &[Instance, Functions] : P.InstanceTargets) {
    Out.plain(Instance.first);
    Out.plain(Instance.second);
    Out.array(ArrayRef(Functions));
  }
}

Correspondence::Correspondence(Program &P, ByteReader &Saved, LinkInput &&Replaced)
    : ProgramChange(P), FirstUnit(P.Units.size()) {
  FirstReplaced = P.Functions.size();
  Names.resize(Saved.size(4));
  for (NameId &Name : Names)
    Name = P.intern(Saved.string());
  Saved.array(SavedUnits);
  SavedEntities.resize(Saved.size(17));
  for (SavedEntity &E : SavedEntities) {
    Saved.plain(E.Name);
    Saved.plain(E.File);
    Saved.plain(E.Line);
    Saved.plain(E.Type);
    Saved.plain(E.IsFunction);
    E.Type = name(E.Type);
    E.Name = name(E.Name);
    E.File = name(E.File);
  }
  matchEntities();
  SavedFunctions.resize(Saved.size(12));
  for (SavedFunction &F : SavedFunctions) {
    Saved.plain(F.Unit);
    Saved.plain(F.Index);
    Saved.plain(F.Ent);
    F.Ent = entity(F.Ent);
    if (F.Unit >= SavedUnits.size())
      Saved.Bad = true;
  }
  if (Saved.Bad)
    return;
  addReplaced(std::move(Replaced));
  matchFunctions();
  matchTables(Saved);
  findRebound(FirstUnit);
}

Correspondence::~Correspondence() {
  show(Side::Patched);
  dropReplaced(FirstUnit);
}

void Correspondence::matchEntities() {
  const EntityIndex Here(P);
  Entities.resize(SavedEntities.size());
  ByPlace.reserve(SavedEntities.size());
  std::vector<bool> Taken(P.Entities.size());
  std::vector<EntityId> Moved;
  for (EntityId I = 1; I < SavedEntities.size(); ++I) {
    const SavedEntity &E = SavedEntities[I];
    Entities[I] = Here.find(E.Name, E.File, E.Line);
    if (!Entities[I])
      Moved.push_back(I);
    else
      Taken[Entities[I]] = true;
  }
  // By name and file: what is left here, in the order of lines.
  DenseMap<std::pair<NameId, NameId>, SmallVector<EntityId, 1>> Left;
  if (!Moved.empty())
    for (EntityId E = 1; E != Taken.size(); ++E)
      if (!Taken[E])
        Left[{P.Entities[E].Name, P.Entities[E].File}].push_back(E);
  for (auto &[Name, List] : Left)
    llvm::sort(List,
               [&](EntityId A, EntityId B) { return P.Entities[A].Line > P.Entities[B].Line; });
  llvm::sort(Moved, [&](EntityId A, EntityId B) {
    return std::tie(SavedEntities[A].Line, A) < std::tie(SavedEntities[B].Line, B);
  });
  for (EntityId I : Moved) {
    const SavedEntity &E = SavedEntities[I];
    auto It = Left.find({E.Name, E.File});
    if (It != Left.end() && !It->second.empty()) {
      Entities[I] = It->second.pop_back_val();
      continue;
    }
    Entities[I] = P.Entities.size(); // gone
    Entity &Gone = P.Entities.emplace_back();
    Gone.Name = E.Name;
    Gone.File = E.File;
    Gone.Line = E.Line;
    Gone.Type = E.Type;
    Gone.IsFunction = E.IsFunction;
  }
  for (EntityId I = 1; I < SavedEntities.size(); ++I) {
    const SavedEntity &E = SavedEntities[I];
    ByPlace.add(E.Name, E.File, E.Line, Entities[I]);
  }
}

void Correspondence::addReplaced(LinkInput &&Replaced) {
  // A unit keeps its directory, or another unit has that provider.
  StringMap<NameId> ProviderOf;
  for (uint32_t V = 0; V != FirstUnit; ++V)
    ProviderOf[P.Units[V].MainFile] = P.Providers[V];
  const DenseSet<uint64_t> Live(P.UnitIds.begin(), P.UnitIds.end());
  const DenseSet<uint64_t> Wanted(SavedUnits.begin(), SavedUnits.end());
  auto Add = [&](TuSummary &&Summary, uint64_t Id) {
    if (Live.contains(Id) || !Wanted.contains(Id))
      return;
    const uint32_t U = P.Units.size();
    P.Units.push_back(std::move(Summary));
    P.UnitIds.push_back(Id);
    const TuSummary &T = P.Units.back();
    std::vector<NameId> &Names = P.NameMap.emplace_back();
    for (const std::string &S : T.Strings)
      Names.push_back(P.intern(S));
    std::vector<EntityId> &Ents = P.EntityMap.emplace_back();
    for (const Symbol &S : T.Symbols) {
      const bool Internal = S.Flags & SF_Internal;
      Ents.push_back(
          ByPlace.find(Names[S.Name], Internal ? Names[S.File] : 0, Internal ? S.Line : 0));
    }
    Ents[0] = 0;
    P.Providers.push_back(ProviderOf.lookup(T.MainFile));
    for (const Function &F : T.Functions)
      P.Functions.push_back({&F, U, Ents[F.Sym]});
  };
  for (size_t I = 0; I != Replaced.Tus.size(); ++I)
    Add(std::move(Replaced.Tus[I]), I < Replaced.TuIds.size() ? Replaced.TuIds[I] : 0);
  for (InlineUnit &I : Replaced.Inlines) {
    const uint64_t Id = unitId(I);
    Add(std::move(I.Summary), Id);
  }
}

void Correspondence::matchFunctions() {
  // Where each unit's functions begin; they are in the order of the unit.
  std::vector<FuncId> Begin(P.Units.size() + 1, P.Functions.size());
  for (FuncId F = P.Functions.size(); F-- != 0;)
    Begin[P.Functions[F].Unit] = F;
  for (size_t U = P.Units.size(); U-- != 0;)
    Begin[U] = std::min(Begin[U], Begin[U + 1]);
  DenseMap<uint64_t, uint32_t> UnitOf;
  for (uint32_t U = 0; U != P.Units.size(); ++U)
    UnitOf.try_emplace(P.UnitIds[U], U);
  auto Find = [&](const SavedFunction &F) {
    auto It = UnitOf.find(SavedUnits[F.Unit]);
    if (It == UnitOf.end() || !SavedUnits[F.Unit])
      return NoFunc;
    const Function *Wanted = P.Units[It->second].Functions.data() + F.Index;
    const auto First = P.Functions.begin() + Begin[It->second],
               Last = P.Functions.begin() + Begin[It->second + 1];
    auto At =
        llvm::lower_bound(llvm::make_range(First, Last), Wanted,
                          [](const ProgramFunction &X, const Function *F) { return X.F < F; });
    return At != Last && At->F == Wanted ? FuncId(At - P.Functions.begin()) : NoFunc;
  };

  Functions.resize(SavedFunctions.size(), NoFunc);
  std::vector<bool> Known(P.Functions.size());
  std::vector<size_t> Old; // saved functions of replaced units
  for (size_t I = 0; I != SavedFunctions.size(); ++I) {
    Functions[I] = Find(SavedFunctions[I]);
    if (Functions[I] == NoFunc)
      continue;
    Known[Functions[I]] = true;
    if (Functions[I] >= FirstReplaced)
      Old.push_back(I);
  }
  // The same body first: a header inline may have several.
  DenseSet<EntityId> Redefined;
  for (bool Same : {true, false})
    for (size_t I : Old) {
      const FuncId Was = Functions[I];
      if (Was < FirstReplaced)
        continue;
      for (FuncId D : P.Entities[P.Functions[Was].Ent].Defs)
        if (!Known[D] && (!Same || sameBody(P, Was, D))) {
          Known[D] = true;
          Functions[I] = D;
          if (!Same)
            Changed.push_back({D, Was});
          break;
        }
      if (!Same && Functions[I] == Was)
        Redefined.insert(P.Functions[Was].Ent);
    }
  for (FuncId F = 0; F != FirstReplaced; ++F)
    if (!Known[F]) {
      Changed.push_back({F, NoFunc});
      Redefined.insert(P.Functions[F].Ent);
    }
  llvm::sort(Changed);
  DenseMap<EntityId, SmallVector<FuncId, 1>> Before;
  for (EntityId E : Redefined)
    Before[E];
  if (!Before.empty())
    for (size_t I = 0; I != SavedFunctions.size(); ++I)
      if (auto It = Before.find(SavedFunctions[I].Ent);
          It != Before.end() && Functions[I] != NoFunc)
        It->second.push_back(Functions[I]);
  for (auto &[E, Defs] : Before)
    OtherDefs.push_back({E, std::move(Defs)});
  llvm::sort(OtherDefs);
}

void Correspondence::matchTables(ByteReader &Saved) {
  auto List = [&] {
    std::vector<FuncId> Ids, Out;
    Saved.array(Ids);
    for (FuncId F : Ids)
      if (F < Functions.size() && Functions[F] != NoFunc)
        Out.push_back(Functions[F]);
    llvm::sort(Out);
    return Out;
  };
  auto Differs = [](std::vector<FuncId> Now, const std::vector<FuncId> &Then) {
    llvm::sort(Now);
    return Now != Then;
  };

  DenseSet<uint64_t> Seen;
  auto Compare = [&](uint64_t Key) {
    std::vector<FuncId> Then = List();
    Seen.insert(Key);
    if (Differs(P.targets(Key).vec(), Then))
      OtherTables.push_back({Key, std::move(Then)});
  };
  for (size_t N = Saved.size(12); N; --N) {
    uint64_t Key = 0;
    Saved.plain(Key);
    Compare(memberKey(Key));
  }
  for (size_t N = Saved.size(8); N; --N) {
    EntityId Variable = 0;
    Saved.plain(Variable);
    Compare(Program::variableKey(entity(Variable)));
  }
  for (const auto &[Key, Functions] : P.Targets)
    if (!Seen.contains(Key))
      OtherTables.push_back({Key, {}});
  for (const auto &[Variable, Functions] : P.VariableTargets)
    if (!Seen.contains(Program::variableKey(Variable)))
      OtherTables.push_back({Program::variableKey(Variable), {}});
  llvm::sort(OtherTables);

  DenseSet<std::pair<EntityId, uint64_t>> SeenInstances;
  for (size_t N = Saved.size(16); N; --N) {
    std::pair<EntityId, uint64_t> Instance;
    Saved.plain(Instance.first);
    Saved.plain(Instance.second);
    Instance = {entity(Instance.first), memberKey(Instance.second)};
    SeenInstances.insert(Instance);
    std::vector<FuncId> Then = List();
    auto It = P.InstanceTargets.find(Instance);
    if (Differs(It == P.InstanceTargets.end() ? std::vector<FuncId>() : It->second, Then))
      OtherInstances.push_back({Instance, std::move(Then)});
  }
  for (const auto &[Instance, Functions] : P.InstanceTargets)
    if (!SeenInstances.contains(Instance))
      OtherInstances.push_back({Instance, {}});
  llvm::sort(OtherInstances);
  for (const auto &[Key, Then] : OtherTables)
    ChangedTables.push_back(Key);
  for (const auto &[Instance, Then] : OtherInstances)
    ChangedInstances.push_back(Instance);
}

} // namespace gfpcheck
