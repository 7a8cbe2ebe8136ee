//===- Program.cpp - Symbol resolution --------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Entities: an external symbol is identified by its name; an internal one by the
// file and line of its definition, so that a static inline that a thousand TUs
// include is one entity. A strong definition beats a weak one. A name defined by
// several link units keeps all its bodies; resolve() picks by nearness.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/link/Program.h"
#include "IndirectCalls.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/Support/TimeProfiler.h"
#include "llvm/Support/xxhash.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

struct EntityKey {
  NameId Name, File;
  uint32_t Line;
  bool operator==(const EntityKey &O) const {
    return Name == O.Name && File == O.File && Line == O.Line;
  }
};
struct EntityKeyInfo {
  static EntityKey getEmptyKey() { return {~0u, ~0u, ~0u}; }
  static EntityKey getTombstoneKey() { return {~0u - 1, ~0u, ~0u}; }
  static unsigned getHashValue(const EntityKey &K) { return hash_combine(K.Name, K.File, K.Line); }
  static bool isEqual(const EntityKey &A, const EntityKey &B) { return A == B; }
};

class Linker {
public:
  explicit Linker(Program &P) : P(P) {
    P.Names.emplace_back();
    P.NameIndex[""] = 0;
    P.Entities.emplace_back();
  }

  void addUnits(std::vector<TuSummary> &&Tus, std::vector<InlineUnit> &&Inlines) {
    FirstInline = Tus.size();
    P.Units = std::move(Tus);
    P.Units.reserve(FirstInline + Inlines.size());
    for (InlineUnit &I : Inlines) {
      TokenHashes.push_back(I.TokenHash);
      P.Units.push_back(std::move(I.Summary));
    }
    P.NameMap.resize(P.Units.size());
    P.EntityMap.resize(P.Units.size());
    for (uint32_t U = 0; U != P.Units.size(); ++U)
      addUnit(U);
    bindAliases();
    for (uint32_t U = 0; U != FirstInline; ++U)
      bindVariants(U);
  }

private:
  EntityId entity(const EntityKey &K) {
    auto [It, New] = Index.try_emplace(K, P.Entities.size());
    if (New) {
      P.Entities.emplace_back();
      Entity &E = P.Entities.back();
      E.Name = K.Name;
      E.File = K.File;
      E.Line = K.Line;
    }
    return It->second;
  }

  void addUnit(uint32_t U) {
    const TuSummary &T = P.Units[U];
    std::vector<NameId> &Names = P.NameMap[U];
    Names.reserve(T.Strings.size());
    for (const std::string &S : T.Strings)
      Names.push_back(P.intern(S));
    std::vector<EntityId> &Ents = P.EntityMap[U];
    Ents.reserve(T.Symbols.size());
    Ents.push_back(0);
    for (size_t I = 1; I < T.Symbols.size(); ++I) {
      const Symbol &S = T.Symbols[I];
      bool Internal = S.Flags & SF_Internal;
      EntityId E = entity({Names[S.Name], Internal ? Names[S.File] : 0, Internal ? S.Line : 0});
      Entity &Ent = P.Entities[E];
      Ent.IsFunction |= (S.Flags & SF_Function) != 0;
      if (S.Type)
        Ent.Type = Names[S.Type];
      Ents.push_back(E);
    }
    for (const Function &F : T.Functions)
      addBody(U, F);
  }

  // Header inlines whose tokens differ between TUs: the one with this TU's tokens.
  void bindVariants(uint32_t U) {
    for (const InlineRef &R : P.Units[U].Inlines) {
      auto It = Index.find({P.NameMap[U][R.Name], P.NameMap[U][R.File], R.Line});
      if (It == Index.end() || P.Entities[It->second].Defs.size() < 2)
        continue;
      for (FuncId D : P.Entities[It->second].Defs)
        if (P.Functions[D].Unit >= FirstInline &&
            TokenHashes[P.Functions[D].Unit - FirstInline] == R.TokenHash)
          P.VariantOf[{U, It->second}] = D;
    }
  }

  void addBody(uint32_t U, const Function &F) {
    EntityId E = P.EntityMap[U][F.Sym];
    for (StrId A : F.Annotations) {
      StringRef Text = P.Units[U].str(A);
      if (Text.consume_front("alias:")) { // no body of its own
        Aliases.push_back({E, P.intern(Text), U});
        return;
      }
    }
    Entity &Ent = P.Entities[E];
    // A weak body gives way to a strong one; a second weak one is ignored.
    if (!Ent.Defs.empty()) {
      bool OldWeak = P.function(Ent.Defs.front()).Flags & FF_Weak;
      if (F.Flags & FF_Weak)
        return;
      if (OldWeak)
        Ent.Defs.clear();
    }
    FuncId Id = P.Functions.size();
    P.Functions.push_back({&F, U, E});
    Ent.Defs.push_back(Id);
    if (U >= FirstInline)
      ++P.Stats.Inlines;
  }

  void bindAliases() {
    for (const Alias &A : Aliases) {
      if (!P.Entities[A.Ent].Defs.empty())
        continue;
      // An external function, or a static one of the same unit.
      EntityId External = entity({A.Target, 0, 0});
      P.Entities[A.Ent].Defs = P.Entities[External].Defs;
      if (P.Entities[A.Ent].Defs.empty())
        for (const Function &F : P.Units[A.Unit].Functions)
          if (P.NameMap[A.Unit][P.Units[A.Unit].Symbols[F.Sym].Name] == A.Target)
            P.Entities[A.Ent].Defs = P.Entities[P.EntityMap[A.Unit][F.Sym]].Defs;
    }
  }

  Program &P;
  size_t FirstInline = 0;
  std::vector<uint64_t> TokenHashes; // by inline unit
  DenseMap<EntityKey, EntityId, EntityKeyInfo> Index;
  struct Alias {
    EntityId Ent;
    NameId Target;
    uint32_t Unit;
  };
  std::vector<Alias> Aliases;
};

size_t commonPrefix(StringRef A, StringRef B) {
  size_t N = std::min(A.size(), B.size()), Last = 0;
  for (size_t I = 0; I != N && A[I] == B[I]; ++I)
    if (A[I] == '/')
      Last = I + 1;
  return Last;
}

/// The constant that \p F returns and does nothing else, if so.
std::optional<int64_t> onlyReturns(const Function &F) {
  if (F.Events.size() != 1 || F.Events[0].Kind != EventKind::Return)
    return std::nullopt;
  const Value &V = F.Values[F.Events[0].A];
  return V.Kind == ValueKind::Const ? std::optional(V.Imm) : std::nullopt;
}

void readConstants(Program &P, const Model &M) {
  P.Stats.Probed = M.ProbeConstants.size();
  for (FuncId F = 0; F != P.Functions.size(); ++F) {
    StringRef Name = P.functionName(F);
    if (!Name.consume_front(ConstantPrefix))
      continue;
    if (std::optional<int64_t> Value = onlyReturns(P.function(F)))
      P.Constants[Name] = *Value;
  }
}

} // namespace

FuncId Program::resolve(EntityId Ent, FuncId From) const {
  const Entity &E = Entities[Ent];
  if (E.Defs.empty())
    return NoFunc;
  if (E.Defs.size() == 1)
    return E.Defs.front();
  if (From != NoFunc)
    if (auto It = VariantOf.find({Functions[From].Unit, Ent}); It != VariantOf.end())
      return It->second;
  FuncId Best = E.Defs.front();
  size_t BestScore = 0;
  for (FuncId D : E.Defs) {
    if (From != NoFunc && Functions[D].Unit == Functions[From].Unit)
      return D;
    size_t Score = From == NoFunc ? 0 : commonPrefix(functionFile(D), functionFile(From));
    if (Score > BestScore) {
      Best = D;
      BestScore = Score;
    }
  }
  return Best;
}

EntityId Program::calledEntity(FuncId F, const Event &E) const {
  const Value &V = function(F).Values[E.A];
  return E.Kind == EventKind::Call && V.Kind == ValueKind::Func ? EntityMap[Functions[F].Unit][V.A]
                                                                : 0;
}

FuncId Program::directCallee(FuncId F, const Event &E) const {
  const EntityId Called = calledEntity(F, E);
  return Called ? resolve(Called, F) : NoFunc;
}

uint64_t Program::tableKey(FuncId Func, ValueId V) const {
  const Function &F = function(Func);
  return F.Values[V].Kind == ValueKind::Load ? addressKey(Func, F.Values[V].A) : 0;
}

uint64_t Program::addressKey(FuncId Func, ValueId V) const {
  const Function &F = function(Func);
  const uint32_t U = Functions[Func].Unit;
  const Value *Address = &F.Values[V];
  if (Address->Kind == ValueKind::Field)
    return Member{NameMap[U][Address->B], NameMap[U][Address->C]}.key();
  while (Address->Kind == ValueKind::Index)
    Address = &F.Values[Address->A];
  return Address->Kind == ValueKind::Global ? variableKey(EntityMap[U][Address->A]) : 0;
}

ArrayRef<FuncId> Program::targets(uint64_t Key) const {
  auto In = [](const auto &Map, auto K) {
    auto It = Map.find(K);
    return It == Map.end() ? ArrayRef<FuncId>() : ArrayRef<FuncId>(It->second);
  };
  return isVariableKey(Key) ? In(VariableTargets, EntityId(Key >> 32)) : In(Targets, Key);
}

std::vector<std::string> Program::statLines() const {
  return {
      fmt::format("link: {} units, {} functions ({} header inlines), {} entities", Stats.Units,
                  Stats.Functions, Stats.Inlines, Stats.Entities),
      fmt::format("link: {} direct calls, {} of them to functions without a body",
                  Stats.DirectCalls, Stats.External),
      fmt::format("link: {} members hold functions, {} callback roots, {} missing inlines",
                  Stats.Members, Roots.size(), MissingInlines.size()),
      fmt::format("constants: {} of {} read from the tree", Constants.size(), Stats.Probed),
  };
}

// "fs/ext4" for fs/ext4/…, "drivers/md/bcache" for drivers/md/bcache/…; "" for the core.
static StringRef providerOf(StringRef File, const Model &M) {
  for (StringRef Dir : M.CoreDirs)
    if (File.starts_with(Dir))
      return "";
  auto [Top, Rest] = File.split('/');
  if (Top != "drivers" && Top != "fs" && Top != "net" && Top != "sound" && Top != "security" &&
      Top != "block")
    return "";
  // Filesystems and protocols have directories below their own; drivers nest by kind.
  size_t End = Top == "drivers" ? File.rfind('/') : File.find('/', Top.size() + 1);
  return End == StringRef::npos || End <= Top.size() ? "" : File.take_front(End);
}

uint64_t unitId(const InlineUnit &I) {
  const uint64_t Parts[] = {xxh3_64bits(I.File), I.Line, xxh3_64bits(I.Name), I.TokenHash};
  return xxh3_64bits(ArrayRef(reinterpret_cast<const uint8_t *>(Parts), sizeof Parts));
}

Program linkProgram(LinkInput &&In, const Model &M) {
  TimeTraceScope Trace("link");
  Program P;
  P.UnitIds = std::move(In.TuIds);
  P.UnitIds.resize(In.Tus.size());
  for (const InlineUnit &I : In.Inlines)
    P.UnitIds.push_back(unitId(I));
  Linker L(P);
  L.addUnits(std::move(In.Tus), std::move(In.Inlines));
  for (const TuSummary &U : P.Units)
    P.Providers.push_back(P.intern(providerOf(U.MainFile, M)));
  for (const auto &Entry : M.Functions) // the solver looks them up
    P.intern(Entry.second.Value);
  for (StringRef Name : {"<object>", "<unreferenced>", "task_struct", "flags"})
    P.intern(Name);
  for (const ContextKind &C : M.Contexts)
    P.ContextClass.push_back(C.OneClass ? Member{0, P.intern(C.Phrase)}.key() : 0);
  readConstants(P, M);
  collectIndirect(P, M);
  for (const auto &[Key, Targets] : P.Targets)
    for (FuncId F : Targets)
      if (NameId Provider = P.provider(F))
        P.ProviderTables.insert({Provider, NameId(Key >> 32)});
  for (StringRef Wrapper : M.LockWrappers)
    P.LockWrappers.insert(P.memberKey(Wrapper));
  // A table of its own may have others' functions only (netfs).
  for (uint32_t U = 0; U != P.Units.size(); ++U)
    if (NameId Provider = P.Providers[U])
      for (const InitEntry &I : P.Units[U].Inits)
        if (I.Record)
          P.ProviderTables.insert({Provider, P.NameMap[U][I.Record]});
  P.Stats.Units = P.Units.size();
  P.Stats.Functions = P.Functions.size();
  P.Stats.Entities = P.Entities.size();
  P.Stats.Members = P.Targets.size();
  return P;
}

} // namespace gfpcheck
