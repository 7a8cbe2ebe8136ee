//===- FunctionAnalysis.h - Effects of one function ------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_FUNCTIONANALYSIS_H
#define GFPCHECK_SOLVE_FUNCTIONANALYSIS_H

#include "gfpcheck/solve/Solver.h"

namespace gfpcheck {

/// What a call through a member may do, over all functions put there.
struct InterfaceAtoms {
  std::vector<std::pair<FuncId, uint32_t>> Atoms; ///< representatives, distinct guards
  uint32_t Targets = 0;
  uint32_t Having[AtomKinds] = {}; ///< targets with an atom of that kind
};

/// What the analysis of a function sees of the rest of the program.
class SolveContext {
public:
  virtual ~SolveContext() = default;
  virtual const InterfaceAtoms &interface(llvm::ArrayRef<FuncId> Targets, uint64_t Key) = 0;
};

struct FunctionResult {
  FunctionEffects Effects;
  std::vector<Defect> Defects;
  std::vector<ScopedCall> ScopedCalls; ///< sorted
  std::vector<GfpStore> GfpStores;     ///< whose mask is known here
  /// Atoms of callees that this caller's arguments decided: (callee, atom).
  std::vector<std::pair<FuncId, uint32_t>> Decided;
};

/// Functions that an indirect call's callee value may be. Empty: unknown.
/// \p Key identifies the table for SolveContext::interface.
struct CalleeSet {
  llvm::ArrayRef<FuncId> Funcs;
  uint64_t Key = 0;
  bool Deferred = false; ///< dispatched per instance: not followed on purpose
};
CalleeSet indirectCallees(const Program &P, const Model &M, const ValuePool &Pool, VId Callee);

/// Fills D.Lock and D.LockClass from D.Held.Lock, a value of \p Pool in \p Func.
void describeLock(Defect &D, const ValuePool &Pool, const Program &P, FuncId Func);

/// Analyses functions one after the other; keeps its scratch memory in between.
class FunctionAnalyzer {
public:
  FunctionAnalyzer(Solution &S, SolveContext &C);
  ~FunctionAnalyzer();
  FunctionResult analyze(FuncId F);

private:
  class Impl;
  std::unique_ptr<Impl> I;
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_FUNCTIONANALYSIS_H
