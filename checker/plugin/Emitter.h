//===- Emitter.h - Findings as diagnostics of the compiler ----------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_PLUGIN_EMITTER_H
#define GFPCHECK_PLUGIN_EMITTER_H

#include "gfpcheck/report/Finding.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/StringMap.h"

namespace gfpcheck::plugin {

/// Gives findings of one main file to a compiler that has just parsed it:
///
///   FILE:LINE:COLUMN: warning: MESSAGE [gfpcheck-CHECK]
///   note: TITLE: in FUNCTION: TEXT        a note a step, where it is; the title at the first
///   note: fix: FIX                        with a fix-it if the fix is a change of constants here
///   note: see URL                         if gfpcheck was built with one
///
/// clangd makes a diagnostic's `code` of compiled-in diagnostics only, and takes remarks and
/// notes for parts of the warning before: so the check is named in the text, and what is only
/// information is a warning there.
class Emitter {
public:
  /// \p SourceRoot is what paths in findings are relative to.
  Emitter(clang::DiagnosticsEngine &Diags, clang::SourceManager &SM, llvm::StringRef SourceRoot,
          bool ForEditor);

  void emit(const Finding &F);

  /// Says \p Text, one sentence that is about no place in particular.
  void inform(llvm::StringRef Text);

private:
  clang::SourceLocation locate(llvm::StringRef File, uint32_t Line, uint32_t Column);
  void note(llvm::StringRef File, uint32_t Line, const std::string &Text);
  void fixNotes(const Finding &F, clang::SourceLocation At);

  clang::DiagnosticsEngine &Diags;
  clang::SourceManager &SM;
  const std::string SourceRoot;
  const unsigned Warning, Note, Information;
  std::string MainFile; ///< relative to the source root
  llvm::StringMap<clang::FileID> Files;
};

} // namespace gfpcheck::plugin

#endif // GFPCHECK_PLUGIN_EMITTER_H
