//===- ScopeAudit.h - Scopes that are not balanced --------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_SCOPEAUDIT_H
#define GFPCHECK_SOLVE_SCOPEAUDIT_H

#include "BlockingCalls.h"

namespace gfpcheck {

/// Looks once more, after solving, at the functions that begin or end scopes, and fills
/// S.ScopeFaults.
void auditScopes(Solution &S, const WalkContext &C,
                 llvm::ArrayRef<std::vector<LockedCall>> LockedCalls);

/// Whether \p F begins or ends scopes, or calls what does. \p TaskFlags: Member::key() of
/// task_struct.flags.
bool usesScopes(const Solution &S, FuncId F, uint64_t TaskFlags);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_SCOPEAUDIT_H
