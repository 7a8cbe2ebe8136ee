//===- PreambleBuilder.h - Headers parsed once for many edits -------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The #include lines at the top of a file are nearly all there is to parse, and hardly ever
// change. Clang's PrecompiledPreamble keeps their declarations, without the bodies of inlines; kept
// with it is what extraction has found out about those: which there are, and what their tokens say.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_PREAMBLEBUILDER_H
#define GFPCHECK_EXTRACT_PREAMBLEBUILDER_H

#include "InlineRegistry.h"
#include "SharedFiles.h"
#include "clang/AST/DeclID.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Frontend/PrecompiledPreamble.h"

namespace gfpcheck::extract {

/// The preamble of one main file.
struct Preamble {
  std::optional<clang::PrecompiledPreamble> Compiled; ///< nothing: it cannot be used, see below
  std::string Text;                                   ///< of the preamble
  bool EndsAtStartOfLine = true;                      ///< with Text: PreambleBounds

  /// By file, line and name, as summaries have them: the hash of the inline's tokens.
  llvm::StringMap<uint64_t> Inlines;
  std::vector<std::string> Inputs;           ///< absolute paths of the files read
  std::vector<clang::LocalDeclID> Functions; ///< that belong to the TU, with their bodies
  std::vector<clang::LocalDeclID> Variables; ///< with initialisers
  std::vector<clang::LocalDeclID> Aliases;
  /// All inlines are known to the registry. Else the TU must be extracted as a whole to get them.
  bool IsKnown = true;

  static std::string inlineId(llvm::StringRef File, uint32_t Line, llvm::StringRef Name) {
    return (File + ":" + llvm::Twine(Line) + ":" + Name).str();
  }
};

/// Parses the preamble of \p MainFile, whose Invocation and file system those of extraction are.
/// Compiled is not set where there is none, or it has errors.
Preamble buildPreamble(const clang::CompilerInvocation &Invocation,
                       llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> VFS,
                       const llvm::MemoryBuffer &MainFile, clang::PreambleBounds Bounds,
                       InlineRegistry &Inlines, FileNames &Files);

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_PREAMBLEBUILDER_H
