//===- ScopePlan.h - Where scopes would do instead of masks ---------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_AUDIT_SCOPEPLAN_H
#define GFPCHECK_AUDIT_SCOPEPLAN_H

#include "gfpcheck/audit/MaskAudit.h"

namespace gfpcheck {

/// A scope does not follow a work item.
struct ScopeLoss {
  uint32_t Queues = 0, Line = 0; ///< the function that queues it, in the scope, and where
  uint32_t Runs = 0;             ///< the function that it runs
  size_t Uses = 0;               ///< that this one reaches
};

/// A function that should open a scope.
struct ScopePlace {
  uint32_t Function = 0;
  std::vector<size_t> Uses; ///< that are reached from it, in the list given
  bool OwnOnly = false;     ///< they are all in this function
  std::vector<ScopeLoss> Lost;
};

struct ScopePlan {
  std::string Provider;           ///< "fs/ext4"
  size_t Covered = 0;             ///< uses that could become GFP_KERNEL
  std::vector<ScopePlace> Places; ///< those with most uses first
};

/// For each filesystem or driver among \p Uses that protect something: the fewest functions of its
/// own that, each in one scope, are on every way from where the contexts begin to the uses.
/// Outermost ones where there is a choice.
std::vector<ScopePlan> planScopes(const ProgramIndex &X, AuditKind Kind,
                                  llvm::ArrayRef<MaskUse> Uses);

} // namespace gfpcheck

#endif // GFPCHECK_AUDIT_SCOPEPLAN_H
