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

static uint64_t place(NameId File, uint32_t Line) { return uint64_t(File) << 32 | Line; }

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
    : FirstReplaced(P.Functions.size()), P(P), FirstUnit(P.Units.size()) {
  Names.resize(Saved.size(4));
  for (NameId &Name : Names) {
    const StringRef Text = Saved.string();
    auto [It, New] = P.NameIndex.try_emplace(Text, P.Names.size());
    if (New)
      P.Names.push_back(Text.str());
    Name = It->second;
  }
  auto Mapped = [](ArrayRef<uint32_t> Map, uint32_t Id) { return Id < Map.size() ? Map[Id] : 0; };
  Saved.array(SavedUnits);
  SavedEntities.resize(Saved.size(17));
  for (SavedEntity &E : SavedEntities) {
    Saved.plain(E.Name);
    Saved.plain(E.File);
    Saved.plain(E.Line);
    Saved.plain(E.Type);
    Saved.plain(E.IsFunction);
    E.Type = Mapped(Names, E.Type);
    E.Name = Mapped(Names, E.Name);
    E.File = Mapped(Names, E.File);
  }
  matchEntities();
  SavedFunctions.resize(Saved.size(12));
  for (SavedFunction &F : SavedFunctions) {
    Saved.plain(F.Unit);
    Saved.plain(F.Index);
    Saved.plain(F.Ent);
    F.Ent = Mapped(Entities, F.Ent);
    if (F.Unit >= SavedUnits.size())
      Saved.Bad = true;
  }
  if (Saved.Bad)
    return;
  addReplaced(std::move(Replaced));
  matchFunctions();
  matchTables(Saved);
  findRebound();
}

Correspondence::~Correspondence() {
  show(Side::Patched);
  P.Functions.resize(FirstReplaced);
  P.Units.erase(P.Units.begin() + FirstUnit, P.Units.end());
  P.NameMap.resize(FirstUnit);
  P.EntityMap.resize(FirstUnit);
  P.Providers.resize(FirstUnit);
  P.UnitIds.resize(FirstUnit);
}

void Correspondence::matchEntities() {
  DenseMap<std::pair<NameId, uint64_t>, EntityId> Here;
  Here.reserve(P.Entities.size());
  for (EntityId E = 1; E != P.Entities.size(); ++E)
    Here[{P.Entities[E].Name, place(P.Entities[E].File, P.Entities[E].Line)}] = E;
  Entities.resize(SavedEntities.size());
  ByPlace.reserve(SavedEntities.size());
  std::vector<bool> Taken(P.Entities.size());
  std::vector<EntityId> Moved;
  for (EntityId I = 1; I < SavedEntities.size(); ++I) {
    const SavedEntity &E = SavedEntities[I];
    auto It = Here.find({E.Name, place(E.File, E.Line)});
    if (It == Here.end()) {
      Moved.push_back(I);
      continue;
    }
    Entities[I] = It->second;
    Taken[It->second] = true;
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
    ByPlace[{E.Name, place(E.File, E.Line)}] = Entities[I];
  }
}

void Correspondence::addReplaced(LinkInput &&Replaced) {
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
    for (const std::string &S : T.Strings) {
      auto [It, New] = P.NameIndex.try_emplace(S, P.Names.size());
      if (New)
        P.Names.push_back(S);
      Names.push_back(It->second);
    }
    std::vector<EntityId> &Ents = P.EntityMap.emplace_back();
    for (const Symbol &S : T.Symbols) {
      const bool Internal = S.Flags & SF_Internal;
      Ents.push_back(ByPlace.lookup({Names[S.Name], Internal ? place(Names[S.File], S.Line) : 0}));
    }
    Ents[0] = 0;
    // A unit keeps its directory, or another unit has that provider.
    NameId Provider = 0;
    for (uint32_t V = 0; V != FirstUnit; ++V)
      if (P.Units[V].MainFile == T.MainFile)
        Provider = P.Providers[V];
    P.Providers.push_back(Provider);
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
    const auto &In = P.Units[It->second].Functions;
    for (FuncId G = Begin[It->second]; G != Begin[It->second + 1]; ++G)
      if (size_t(P.Functions[G].F - In.data()) == F.Index)
        return G;
    return NoFunc;
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
        if (!Known[D] && (!Same || sameBody(Was, D))) {
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

// Whether two functions do the same, wherever they stand in their files.
bool Correspondence::sameBody(FuncId IdA, FuncId IdB) const {
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

void Correspondence::matchTables(ByteReader &Saved) {
  auto Name = [&](uint64_t Id) -> uint64_t { return Id < Names.size() ? Names[Id] : 0; };
  auto Ent = [&](EntityId Id) { return Id < Entities.size() ? Entities[Id] : 0; };
  auto MemberOf = [&](uint64_t Key) { return Name(Key >> 32) << 32 | Name(uint32_t(Key)); };
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
    Compare(MemberOf(Key));
  }
  for (size_t N = Saved.size(8); N; --N) {
    EntityId Variable = 0;
    Saved.plain(Variable);
    Compare(Program::variableKey(Ent(Variable)));
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
    Instance = {Ent(Instance.first), MemberOf(Instance.second)};
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

void Correspondence::findRebound() {
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

void Correspondence::show(Side Which) {
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
