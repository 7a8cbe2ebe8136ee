//===- SavedProgram.h - A linked program, remembered ----------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ids of a program are those of one link. What was found out about a program with some
// ids is of use for a similar program, a patch later, once it is known which id there
// stands for the same thing.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_LINK_SAVEDPROGRAM_H
#define GFPCHECK_LINK_SAVEDPROGRAM_H

#include "gfpcheck/link/Bytes.h"
#include "gfpcheck/link/Program.h"

namespace gfpcheck {

/// Writes what correspond() needs to know of \p P.
void saveProgram(const Program &P, ByteWriter &Out);

/// The program that was saved, within the one at hand.
///
/// While it lives, the program has the replaced units in addition: their functions come after all
/// others, and nothing binds to them. With show(Base) calls bind as they did in the saved program,
/// as far as what is called has been removed or added since.
class Correspondence {
public:
  /// \p Replaced: the units of the saved program that \p P has not, as far as they are known.
  Correspondence(Program &P, ByteReader &Saved, LinkInput &&Replaced);
  /// Takes the replaced units out of the program again.
  ~Correspondence();

  /// By id in the saved program. A function that P does not have is that of the replaced unit;
  /// NoFunc: not known.
  std::vector<NameId> Names;
  std::vector<EntityId> Entities;
  std::vector<FuncId> Functions;

  /// Functions that are not as they were, sorted, each with the function of the replaced unit that
  /// it was; NoFunc: it is new.
  std::vector<std::pair<FuncId, FuncId>> Changed;
  /// Functions that are as they were, but call others, sorted.
  std::vector<FuncId> Rebound;
  /// The functions of P come before it, those of replaced units from it on.
  FuncId FirstReplaced = 0;
  /// Keys of tables of functions (Program::targets()) that hold others than they did.
  std::vector<uint64_t> ChangedTables;
  /// By instance, too (Program::InstanceTargets).
  std::vector<std::pair<EntityId, uint64_t>> ChangedInstances;

  enum class Side : uint8_t { Base, Patched };
  void show(Side Which);

private:
  void addReplaced(LinkInput &&Replaced);
  void matchEntities();
  void matchFunctions();
  void matchTables(ByteReader &Saved);
  void findRebound();
  bool sameBody(FuncId A, FuncId B) const;

  struct SavedEntity {
    NameId Name = 0, File = 0;
    uint32_t Line = 0;
    NameId Type = 0;
    bool IsFunction = false;
  };
  struct SavedFunction {
    uint32_t Unit = 0, Index = 0; ///< in TuSummary::Functions
    EntityId Ent = 0;
  };

  Program &P;
  const uint32_t FirstUnit; ///< of the replaced ones
  std::vector<SavedEntity> SavedEntities;
  std::vector<SavedFunction> SavedFunctions;
  std::vector<uint64_t> SavedUnits;
  llvm::DenseMap<std::pair<NameId, uint64_t>, EntityId> ByPlace; ///< names and places as saved
  Side Shown = Side::Patched;
  // What show() exchanges.
  std::vector<std::pair<EntityId, llvm::SmallVector<FuncId, 1>>> OtherDefs;
  std::vector<std::pair<uint64_t, std::vector<FuncId>>> OtherTables;
  std::vector<std::pair<std::pair<EntityId, uint64_t>, std::vector<FuncId>>> OtherInstances;
};

} // namespace gfpcheck

#endif // GFPCHECK_LINK_SAVEDPROGRAM_H
