//===- AuditPatches.h - Redundant masks as patches ------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_TOOL_AUDITPATCHES_H
#define GFPCHECK_TOOL_AUDITPATCHES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace gfpcheck {

/// A call that is to be given another mask.
struct MaskEdit {
  std::string File;              ///< relative to the source root
  unsigned Line = 0, Column = 0; ///< where the call begins
  std::string Reason;
};

/// \p Source with the one \p Old among the arguments of the call that begins at that place
/// replaced by \p New. Nothing: there is none, or more than one.
std::optional<std::string> replaceMask(llvm::StringRef Source, unsigned Line, unsigned Column,
                                       llvm::StringRef Old, llvm::StringRef New);

/// The unified diff from \p Before to \p After, which have the same number of lines; "" if they
/// are equal.
std::string unifiedDiff(llvm::StringRef File, llvm::StringRef Before, llvm::StringRef After);

/// What was written.
struct PatchSeries {
  std::vector<std::string> Files; ///< one a directory of the tree
  std::vector<MaskEdit> ByHand;   ///< that could not be made
};

/// Writes one patch a directory into \p Directory, which is made. \p Notes is the text of a cover
/// letter. Error: cannot read or write a file.
llvm::Expected<PatchSeries> writePatches(llvm::ArrayRef<MaskEdit> Edits, llvm::StringRef SourceRoot,
                                         llvm::StringRef Directory, llvm::StringRef Old,
                                         llvm::StringRef Notes);

} // namespace gfpcheck

#endif // GFPCHECK_TOOL_AUDITPATCHES_H
