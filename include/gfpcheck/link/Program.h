//===- Program.h - The linked program --------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All TU summaries of a run as one program: entities resolved as the kernel's
// linker would, header inlines once, and the tables through which indirect calls
// go. Immutable after linkProgram(); safe to read from several threads.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_LINK_PROGRAM_H
#define GFPCHECK_LINK_PROGRAM_H

#include "gfpcheck/extract/Extract.h"
#include "gfpcheck/model/Model.h"
#include "gfpcheck/summary/Summary.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"
#include <memory>

namespace gfpcheck {

/// A name known to the whole program. Equal strings have equal ids. 0 is "".
using NameId = uint32_t;
/// A function or global variable after symbol resolution. 0 is none.
using EntityId = uint32_t;
/// A function with a body.
using FuncId = uint32_t;
inline constexpr FuncId NoFunc = ~0u;

/// What linkProgram() takes. TUs and inlines must be in an order that does not
/// depend on threads (sorted by file): it decides ties.
struct LinkInput {
  std::vector<TuSummary> Tus;
  std::vector<InlineUnit> Inlines;
  std::vector<uint64_t> TuIds; ///< by TU: equal ids mean equal summaries; empty: not known
};

/// "record.member", as an indirect call or a store of a function names it.
struct Member {
  NameId Record = 0, Field = 0;
  uint64_t key() const { return uint64_t(Record) << 32 | Field; }
};

struct Entity {
  NameId Name = 0, File = 0; ///< File and Line only for internal linkage
  uint32_t Line = 0;
  bool IsFunction = false;
  NameId Type = 0;                   ///< variables of record type
  llvm::SmallVector<FuncId, 1> Defs; ///< bodies; several only where link units
                                     ///< (modules) define the same name, or a
                                     ///< header inline has variants
};

struct ProgramFunction {
  const Function *F = nullptr;
  uint32_t Unit = 0;
  EntityId Ent = 0;
};

/// A function that is registered to run in a context of its own.
struct Root {
  FuncId Func = NoFunc;
  const CallbackModel *Callback = nullptr;
  FuncId Where = NoFunc; ///< function that registers it; NoFunc: an initialiser
  uint32_t Line = 0;
  bool CalledByMember = false; ///< calls through the member are seen: they tell the
                               ///< scopes that it is entered in
};

/// A function that a work item runs.
struct WorkItem {
  uint64_t Class = 0; ///< Member::key() of what the item is, or its variable | 1 << 63
  FuncId Func = NoFunc;
  FuncId Where = NoFunc; ///< who sets it; NoFunc: an initialiser
  uint32_t Line = 0;
  bool operator<(const WorkItem &O) const {
    return std::tie(Class, Func, Where, Line) < std::tie(O.Class, O.Func, O.Where, O.Line);
  }
  bool operator==(const WorkItem &O) const { return Class == O.Class && Func == O.Func; }
};

struct LinkStats {
  size_t Units = 0, Functions = 0, Inlines = 0, Entities = 0, Members = 0;
  size_t DirectCalls = 0, External = 0; ///< calls to functions without a body
  size_t Probed = 0;                    ///< constants that the model asked for
};

/// A function of this name and the constant's returns the value of a constant of the
/// analysed tree. The driver adds a unit of them (include/gfpcheck/driver/Probe.h).
inline constexpr llvm::StringLiteral ConstantPrefix = "gfpcheck_constant_";

class Program {
public:
  std::vector<TuSummary> Units; ///< TUs, then header inlines
  /// By unit: equal ids, even in different programs, mean equal summaries; 0: not known.
  std::vector<uint64_t> UnitIds;
  std::vector<ProgramFunction> Functions;
  std::vector<Entity> Entities;
  std::vector<std::string> Names;
  /// Per unit: StrId → NameId and SymId → EntityId.
  std::vector<std::vector<NameId>> NameMap;
  std::vector<std::vector<EntityId>> EntityMap;

  /// Functions that initialisers and stores put in a member, sorted, by Member::key().
  llvm::DenseMap<uint64_t, std::vector<FuncId>> Targets;
  /// The same by (global variable, member): what `ops.read` is when ops is known.
  llvm::DenseMap<std::pair<EntityId, uint64_t>, std::vector<FuncId>> InstanceTargets;
  /// Functions stored in a function-pointer variable or array.
  llvm::DenseMap<EntityId, std::vector<FuncId>> VariableTargets;
  /// The key of a table of functions is Member::key(), or variableKey().
  static uint64_t variableKey(EntityId Variable) { return uint64_t(Variable) << 32 | ~0u; }
  static bool isVariableKey(uint64_t Key) { return uint32_t(Key) == ~0u; }
  /// Member::key() of "record.member", as the model writes it. A record without a name is
  /// called after the member that has it: "outer.member.member".
  uint64_t memberKey(llvm::StringRef Name) const {
    auto [Record, Field] = Name.rsplit('.');
    return Member{findName(Record), findName(Field)}.key();
  }
  /// What \p E, an event of \p F, calls directly (0: it is no such call).
  EntityId calledEntity(FuncId F, const Event &E) const;
  /// What the model says of an entity, by EntityId; null: nothing.
  template <typename T> std::vector<const T *> byEntity(const llvm::StringMap<T> &ByName) const {
    std::vector<const T *> Named(Names.size()), Out(Entities.size());
    for (const auto &Entry : ByName)
      Named[findName(Entry.first())] = &Entry.second;
    Named[0] = nullptr; // a name that the program does not have
    for (EntityId E = 1; E != Entities.size(); ++E)
      Out[E] = Named[Entities[E].Name];
    return Out;
  }
  /// The body that \p E, an event of \p F, calls directly (NoFunc: none, or it is no such call).
  FuncId directCallee(FuncId F, const Event &E) const;
  /// What the address \p V of \p F is known by: Member::key() of its member, or variableKey();
  /// 0: neither.
  uint64_t addressKey(FuncId F, ValueId V) const;
  /// The same as the class of a lock: addressKey(), or the variable | 1 << 63.
  uint64_t addressClass(FuncId F, ValueId V) const {
    const uint64_t Key = addressKey(F, V);
    return isVariableKey(Key) ? Key >> 32 | 1ull << 63 : Key;
  }
  /// The table that value \p V of \p F, a function pointer, is loaded from; 0: none.
  uint64_t tableKey(FuncId F, ValueId V) const;
  /// The functions in the table \p Key, of whatever instance.
  llvm::ArrayRef<FuncId> targets(uint64_t Key) const;
  std::vector<Root> Roots;               ///< sorted, one per (function, context)
  std::vector<InlineRef> MissingInlines; ///< referred to, but no unit defines them;
                                         ///< string ids are Names indices
  std::vector<WorkItem> WorkItems;       ///< sorted
  LinkStats Stats;
  /// What the constants of Model::ProbeConstants are in the analysed tree, unsigned ones
  /// not sign-extended; those that it does not have are left out. A flag that the
  /// configuration leaves out is 0.
  llvm::StringMap<int64_t> Constants;

  llvm::StringRef name(NameId Id) const { return Names[Id]; }
  NameId intern(llvm::StringRef S) {
    auto [It, New] = NameIndex.try_emplace(S, Names.size());
    if (New)
      Names.push_back(S.str());
    return It->second;
  }
  NameId findName(llvm::StringRef S) const {
    auto It = NameIndex.find(S);
    return It == NameIndex.end() ? 0 : It->second;
  }
  const Function &function(FuncId Id) const { return *Functions[Id].F; }
  llvm::StringRef functionName(FuncId Id) const { return Names[Entities[Functions[Id].Ent].Name]; }
  llvm::StringRef functionFile(FuncId Id) const {
    return Units[Functions[Id].Unit].str(Functions[Id].F->File);
  }

  /// Whose code \p Id is: the directory of one filesystem, protocol or kind of driver
  /// ("fs/ext4", "net/sunrpc", "drivers/md"); 0 for the core (Model::CoreDirs, and files
  /// that lie directly in fs/, block/, net/ or security/).
  NameId provider(FuncId Id) const { return Providers[Functions[Id].Unit]; }
  std::vector<NameId> Providers; ///< by unit
  /// (provider, record): the provider has functions in some member of that table.
  llvm::DenseSet<std::pair<NameId, NameId>> ProviderTables;

  /// By ContextId: the class of all locks of that context where they are one
  /// (ContextKind::OneClass), named by its phrase; else 0.
  std::vector<uint64_t> ContextClass;

  /// Member::key() of Model::LockWrappers.
  llvm::DenseSet<uint64_t> LockWrappers;

  /// Which body of an entity with several a unit means, where it says so
  /// (TuSummary::Inlines).
  llvm::DenseMap<std::pair<uint32_t, EntityId>, FuncId> VariantOf;

  /// The body that a reference to \p Ent from \p From binds to (NoFunc: none).
  /// Where several link units define the name, the one in From's own unit, else
  /// the one nearest in the tree.
  FuncId resolve(EntityId Ent, FuncId From) const;

  /// Human-readable statistics, one line each.
  std::vector<std::string> statLines() const;

  llvm::StringMap<NameId> NameIndex;
};

/// Program::UnitIds of a header inline.
uint64_t unitId(const InlineUnit &I);

Program linkProgram(LinkInput &&In, const Model &M);

} // namespace gfpcheck

#endif // GFPCHECK_LINK_PROGRAM_H
