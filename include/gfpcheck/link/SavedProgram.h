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
#include "gfpcheck/link/ProgramChange.h"

namespace gfpcheck {

/// Writes what correspond() needs to know of \p P.
void saveProgram(const Program &P, ByteWriter &Out);

/// The program that was saved, within the one at hand; what was is in the replaced units.
class Correspondence : public ProgramChange {
public:
  /// \p Replaced: the units of the saved program that \p P has not, as far as they are known.
  Correspondence(Program &P, ByteReader &Saved, LinkInput &&Replaced);
  /// Takes the replaced units out of the program again.
  ~Correspondence() override;

  // What an id of the saved program is here.

  /// 0: it is not of the saved program.
  NameId name(NameId Saved) const { return Saved < Names.size() ? Names[Saved] : 0; }
  /// The same; one that is gone has an entity of its own.
  EntityId entity(EntityId Saved) const { return Saved < Entities.size() ? Entities[Saved] : 0; }
  /// Member::key().
  uint64_t memberKey(uint64_t Saved) const {
    return Member{name(Saved >> 32), name(uint32_t(Saved))}.key();
  }
  /// A function that the program does not have is that of the replaced unit; NoFunc: not known.
  FuncId function(FuncId Saved) const {
    return Saved < Functions.size() ? Functions[Saved] : NoFunc;
  }
  size_t functionCount() const { return Functions.size(); }

private:
  void addReplaced(LinkInput &&Replaced);
  void matchEntities();
  void matchFunctions();
  void matchTables(ByteReader &Saved);

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

  const uint32_t FirstUnit; ///< of the replaced ones
  std::vector<NameId> Names;
  std::vector<EntityId> Entities;
  std::vector<FuncId> Functions;
  std::vector<SavedEntity> SavedEntities;
  std::vector<SavedFunction> SavedFunctions;
  std::vector<uint64_t> SavedUnits;
  EntityIndex ByPlace; ///< names and places as saved
};

} // namespace gfpcheck

#endif // GFPCHECK_LINK_SAVEDPROGRAM_H
