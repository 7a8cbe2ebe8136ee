//===- Words.h - What checks say of a program, in words -------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For the stages behind the checks, which are to use the same.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_WORDS_H
#define GFPCHECK_CHECKS_WORDS_H

#include "gfpcheck/report/Finding.h"
#include "gfpcheck/solve/Solver.h"
#include <set>

namespace gfpcheck {

/// "GFP_KERNEL | __GFP_ZERO": with the names that the analysed tree gives the bits
/// (Program::Constants).
std::string flagNames(const llvm::StringMap<int64_t> &Constants, uint64_t Mask);

/// Number of the first parameter of \p F of type \p Type; -1: it has none.
int parameterOfType(const Program &P, FuncId F, llvm::StringRef Type);

/// Whether \p F may enter direct reclaim with the mask that parameter \p Param is.
bool reclaimsWith(const Solution &S, FuncId F, unsigned Param);

/// What a source line calls an event: the macro that it is written with, or the
/// callee's name without its _noprof suffix.
std::string callName(const Solution &S, FuncId F, EventIdx E);

/// The way of reclaim to a lock.
Path reclaimPath(const Solution &S, const ReclaimLock &R);

/// Whose code is on the way of reclaim to a lock, and whose objects have it; empty: the core's.
std::set<NameId> ownersOf(const Solution &S, const ReclaimLock &R);

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_WORDS_H
