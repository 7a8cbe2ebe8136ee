//===- EntryScopes.h - Functions that are always called in a scope -*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_ENTRYSCOPES_H
#define GFPCHECK_SOLVE_ENTRYSCOPES_H

#include "CallGraph.h"
#include "FunctionAnalysis.h"
#include <array>

namespace gfpcheck {

/// The functions that are called from outside what is analysed: those that nothing calls,
/// one of each group of functions that only call each other, and those that are handed
/// to a function without a body. Linear in the number of calls.
std::vector<FuncId> findEntries(const Program &P, const CallGraph &G);

/// By AtomKind and FuncId: some path leads there, from where a task begins, on which no
/// scope prevents it; the caller on a shortest such path (the function itself where the
/// task begins), NoFunc where there is none. Linear in the number of calls.
std::array<std::vector<FuncId>, AtomKinds>
findExposed(const Program &P, const CallGraph &G, llvm::ArrayRef<FuncId> Entries,
            llvm::ArrayRef<std::vector<ScopedCall>> Scoped);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_ENTRYSCOPES_H
