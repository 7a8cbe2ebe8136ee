//===- ChangeSet.h - The files that a patch changes -----------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A patch as the contents of files before and after it. Nothing is changed on disk but
// in a temporary directory, and nothing that a patch brings is run: git applies it to
// copies of the files, outside of any repository, with no configuration but its own.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_TOOL_CHANGESET_H
#define GFPCHECK_TOOL_CHANGESET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <optional>
#include <string>

namespace gfpcheck {

/// A file's content on either side; nothing: it does not exist there.
struct FileChange {
  std::optional<std::string> Before, After;
};

struct ChangeSet {
  std::string Subject;                     ///< of the patch; the range of revisions
  std::map<std::string, FileChange> Files; ///< by path relative to the source root
  bool DiskIsBefore = true;                ///< what is on disk: Before, or After
};

/// What the patches in \p Names do to the tree at \p SourceRoot, one after the other; "-" is stdin.
/// Each is a diff, a mail or an mbox. \p Applied: the tree has them already. Errors: unreadable, no
/// patch in it, does not apply.
llvm::Expected<ChangeSet> readPatches(llvm::ArrayRef<std::string> Names, llvm::StringRef SourceRoot,
                                      bool Applied);

/// What was done since \p Range, a revision: the other side is the work tree at \p SourceRoot. Or
/// between two, A..B, one of which must be what is checked out. Errors: no git repository, no such
/// revision.
llvm::Expected<ChangeSet> readRange(llvm::StringRef Range, llvm::StringRef SourceRoot);

} // namespace gfpcheck

#endif // GFPCHECK_TOOL_CHANGESET_H
