//===- UnitOverlay.h - One unit as it is being edited ---------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What linking the whole program again would give, in a time that depends on the unit: functions
// and entities keep their ids, bodies are exchanged. Functions that initialisers and stores put in
// tables are those that they were: whether they should be others can be asked.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_LINK_UNITOVERLAY_H
#define GFPCHECK_LINK_UNITOVERLAY_H

#include "gfpcheck/link/ProgramChange.h"

namespace gfpcheck {

/// While it lives, the program has \p Now in place of unit \p Unit. Until settle() it has what that
/// was in addition, as ProgramChange says.
class UnitOverlay : public ProgramChange {
public:
  UnitOverlay(Program &P, const EntityIndex &Index, uint32_t Unit, TuSummary &&Now);
  /// Makes the program what it was.
  ~UnitOverlay() override;

  /// Takes out of the program what was. Afterwards show() must not be called.
  void settle();

  /// Whether other functions are initialisers, are stored or are passed on than before.
  bool changesTables() const { return ChangesTables; }

private:
  EntityId entity(const EntityIndex &Index, const Symbol &S, llvm::ArrayRef<NameId> Names);
  void matchInternals();
  void exchange(TuSummary &&Now);
  std::vector<std::array<uint64_t, 3>> storedFunctions(uint32_t U) const;

  const uint32_t Unit, FirstUnit;
  const size_t FunctionsBefore, EntitiesBefore;
  bool ChangesTables = false, Settled = false;
  TuSummary Old; ///< when settled
  std::vector<NameId> OldNames;
  std::vector<EntityId> OldEntities;
  uint64_t OldId = 0;
  std::vector<std::pair<FuncId, ProgramFunction>> OldBodies; ///< by FuncId, as they were
  /// Internal entities of the unit by name, those that come last first; taken one by one.
  llvm::DenseMap<NameId, llvm::SmallVector<EntityId, 1>> Internals;
  llvm::SmallVector<std::pair<uint32_t, EntityId>, 8> Variants; ///< added to Program::VariantOf
};

} // namespace gfpcheck

#endif // GFPCHECK_LINK_UNITOVERLAY_H
