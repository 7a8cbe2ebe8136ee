//===- MaskAudit.h - What explicit GFP masks are good for -----------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each call that is given a mask that keeps reclaim away is asked: what if it were given
// GFP_KERNEL? docs/audit.md has the rules.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_AUDIT_MASKAUDIT_H
#define GFPCHECK_AUDIT_MASKAUDIT_H

#include "gfpcheck/index/ContextSearch.h"
#include "gfpcheck/index/Masks.h"
#include <string>
#include <vector>

namespace gfpcheck {

/// Which masks are looked at.
enum class AuditKind : uint8_t {
  NoFs,      ///< without __GFP_FS
  NoIo,      ///< without __GFP_IO
  Atomic,    ///< GFP_ATOMIC
  NoLockdep, ///< with __GFP_NOLOCKDEP
};

enum class Verdict : uint8_t {
  Redundant, ///< every path is in a scope, or no path needs it
  Protects,  ///< a path needs it
  Nothing,   ///< nothing is known that needs it, and not all is known
};
const char *verdictName(Verdict V);

/// One call that is given such a mask.
struct MaskUse {
  uint32_t Allocation = 0; ///< in ProgramIndex::Allocations
  uint64_t Mask = 0;
  Verdict TheVerdict = Verdict::Nothing;
  bool InScope = false;        ///< Redundant: every path is in a scope
  bool Unsure = false;         ///< Nothing: something was found that may need it
  std::string Reason;          ///< one clause: "every path to it is in a scope …"
  std::string Against;         ///< Protects: the context or lock class; else ""
  std::vector<Path> Paths;     ///< Protects: from the context to the use, and from reclaim to
                               ///< the lock
  std::vector<uint32_t> Items; ///< Protects: all contexts and locks that need it, for sure
};

/// The uses in files that are or lie below \p Prefix, sorted by file, line and column; one a
/// place.
std::vector<MaskUse> auditMasks(const ProgramIndex &X, AuditKind Kind, llvm::StringRef Prefix);

} // namespace gfpcheck

#endif // GFPCHECK_AUDIT_MASKAUDIT_H
