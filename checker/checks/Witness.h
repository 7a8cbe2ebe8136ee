//===- Witness.h - Paths in words -------------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_WITNESS_H
#define GFPCHECK_CHECKS_WITNESS_H

#include "gfpcheck/report/Finding.h"
#include "gfpcheck/solve/Solver.h"

namespace gfpcheck {

/// One call on the way from a function to a sleeper.
struct Hop {
  FuncId Func = NoFunc;   ///< the caller
  EventIdx Where = 0;     ///< its call event
  FuncId Callee = NoFunc; ///< NoFunc: a sleeper of the model
  bool Indirect = false;
  uint16_t Targets = 1;       ///< of an indirect call
  bool BeginsContext = false; ///< the context held at the end begins in Func
  HeldContext Begun;
  bool ViaArgument = false; ///< Callee is a function that was passed in
};

/// Follows the chain of \p A, an atom of \p F, to its end.
std::vector<Hop> followChain(const Solution &S, FuncId F, const SleepAtom &A);

/// What a source line calls an event: the macro that it is written with, or the
/// callee's name without its _noprof suffix.
std::string callName(const Solution &S, FuncId F, EventIdx E);

/// A step at an event of F.
Step stepAt(const Solution &S, StepKind K, FuncId F, EventIdx E, std::string Text);

/// A call hop as a step: "calls g()" or why the indirect call goes there.
Step hopStep(const Solution &S, const Hop &H);

/// Whether the function is of the core (Model::CoreDirs).
bool isCore(const Solution &S, FuncId F);

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_WITNESS_H
