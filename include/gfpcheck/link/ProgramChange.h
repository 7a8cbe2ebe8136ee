//===- ProgramChange.h - A program and what it was ------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_LINK_PROGRAMCHANGE_H
#define GFPCHECK_LINK_PROGRAMCHANGE_H

#include "gfpcheck/link/Program.h"

namespace gfpcheck {

/// The entities of a program by what identifies them.
class EntityIndex {
public:
  EntityIndex() = default;
  explicit EntityIndex(const Program &P);
  void add(NameId Name, NameId File, uint32_t Line, EntityId E) {
    Entities[{Name, place(File, Line)}] = E;
  }
  void reserve(size_t N) { Entities.reserve(N); }
  /// 0: there is none. \p File and \p Line are 0 for external linkage.
  EntityId find(NameId Name, NameId File, uint32_t Line) const;

private:
  static uint64_t place(NameId File, uint32_t Line) { return uint64_t(File) << 32 | Line; }
  llvm::DenseMap<std::pair<NameId, uint64_t>, EntityId> Entities;
};

/// In which functions and tables a program differs from a similar one, the base, that has been
/// solved.
///
/// While it lives, the program has the bodies that functions had in the base in addition: they come
/// after all others, and nothing binds to them. With show(Base) calls bind as they did in the base,
/// as far as what is called has been removed or added since.
class ProgramChange {
public:
  virtual ~ProgramChange() = default;

  /// Functions that are not as they were, sorted, each with the body that it had; NoFunc: it is
  /// new.
  std::vector<std::pair<FuncId, FuncId>> Changed;
  /// Functions that are as they were, but call others, sorted.
  std::vector<FuncId> Rebound;
  /// The functions of the program come before it, bodies that were from it on.
  FuncId FirstReplaced = 0;
  /// Keys of tables of functions (Program::targets()) that hold others than they did.
  std::vector<uint64_t> ChangedTables;
  /// By instance, too (Program::InstanceTargets).
  std::vector<std::pair<EntityId, uint64_t>> ChangedInstances;

  enum class Side : uint8_t { Base, Patched };
  void show(Side Which);

protected:
  explicit ProgramChange(Program &P) : P(P) {}
  /// Rebound, from the entities that show() gives other bodies; units from \p FirstUnit on do not
  /// count.
  void findRebound(uint32_t FirstUnit);
  /// Takes the bodies that were, and their units from \p FirstUnit on, out of the program.
  void dropReplaced(uint32_t FirstUnit);

  Program &P;
  // What show() exchanges.
  std::vector<std::pair<EntityId, llvm::SmallVector<FuncId, 1>>> OtherDefs;
  std::vector<std::pair<uint64_t, std::vector<FuncId>>> OtherTables;
  std::vector<std::pair<std::pair<EntityId, uint64_t>, std::vector<FuncId>>> OtherInstances;

private:
  Side Shown = Side::Patched;
};

/// Whether two functions do the same, wherever they stand in their files.
bool sameBody(const Program &P, FuncId A, FuncId B);

} // namespace gfpcheck

#endif // GFPCHECK_LINK_PROGRAMCHANGE_H
