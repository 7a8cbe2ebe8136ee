//===- LiveSolution.h - A solved program that is being edited -------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_LIVESOLUTION_H
#define GFPCHECK_SOLVE_LIVESOLUTION_H

#include "gfpcheck/link/UnitOverlay.h"
#include "gfpcheck/solve/Solver.h"

namespace gfpcheck {

/// A solved program over which a unit can be laid, and another one, each for as long as somebody
/// looks at what follows.
class LiveSolution {
public:
  /// \p P with the fixpoint of \p State, which solve() left for just this program. Null: it is no
  /// such state.
  static std::unique_ptr<LiveSolution> load(Program &P, const Model &M, llvm::StringRef State);
  ~LiveSolution();

  /// How far a changed program has been solved.
  enum class Stage : uint8_t {
    Defects, ///< Solution::Defects and Locked are as solve() would have them before walks; what
             ///< those find is empty
    Whole    ///< all is as solve() would have it
  };
  /// Solves \p P with \p Change, of \p Unit, which it then settles, and shows each stage;
  /// Solution::OnlyUnit is that. False from \p Show: it shall go no further. Afterwards, and when
  /// \p Change has been taken off, all is as before.
  void with(UnitOverlay &Change, uint32_t Unit, llvm::function_ref<bool(const Solution &, Stage)> Show);

private:
  struct Impl;
  explicit LiveSolution(std::unique_ptr<Impl> I);
  std::unique_ptr<Impl> I;
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_LIVESOLUTION_H
