//===- ChangeResolver.h - The fixpoint of a changed program ---------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_CHANGERESOLVER_H
#define GFPCHECK_SOLVE_CHANGERESOLVER_H

#include "Engine.h"
#include "gfpcheck/link/ProgramChange.h"
#include <memory>

namespace gfpcheck {

/// Makes the fixpoint of a base, which an engine has, that of the program as \p Change says it is.
class ChangeResolver {
public:
  ChangeResolver(Engine &E, ProgramChange &Change);
  ~ChangeResolver();

  /// Calls of functions that have been analysed again are no longer known. \p Everywhere: the base
  /// may know of things that the program does not have, anywhere.
  void run(bool Everywhere);

  /// After run(): the functions that may lead a walk over the calls elsewhere, sorted. They are
  /// new, have another body, make their calls otherwise, or sleep otherwise.
  std::vector<FuncId> leadingElsewhere();

  /// Makes it that of the base again.
  void undo();

private:
  class Impl;
  std::unique_ptr<Impl> I;
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_CHANGERESOLVER_H
