//===- EditorSession.h - Findings for files as they are edited ------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_PLUGIN_EDITORSESSION_H
#define GFPCHECK_PLUGIN_EDITORSESSION_H

#include "Settings.h"
#include "llvm/ADT/StringRef.h"
#include <memory>

namespace gfpcheck::plugin {

/// One version of a file, as the host has parsed it.
struct Edit {
  std::string File;      ///< absolute, without "." and ".."
  std::string Directory; ///< in which it is compiled
  llvm::StringRef Text;
  bool HasErrors = false;
  bool ForEditor = false; ///< of a process that lives on: answers may not take long
};

/// What is to be shown for it.
struct Verdict {
  std::string SourceRoot; ///< what paths in Findings are relative to
  std::vector<Finding> Findings;
  std::vector<std::string> Notices; ///< about gfpcheck, not about the code
};

/// Answers for all files of this process. Thread-safe.
class EditorSession {
public:
  /// The one of this process.
  static EditorSession &get();

  /// Never fails, and with Edit::ForEditor keeps within the budget of \p S: what could not be found
  /// out is in the notices.
  Verdict judge(const Edit &E, const Settings &S);

private:
  EditorSession();
  ~EditorSession();
  struct Impl;
  std::unique_ptr<Impl> P;
};

} // namespace gfpcheck::plugin

#endif // GFPCHECK_PLUGIN_EDITORSESSION_H
