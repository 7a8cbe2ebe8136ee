//===- UnitParser.h - Summaries of text that is being edited --------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_PLUGIN_UNITPARSER_H
#define GFPCHECK_PLUGIN_UNITPARSER_H

#include "gfpcheck/extract/Extract.h"
#include "gfpcheck/live/LiveProgram.h"
#include "llvm/ADT/StringMap.h"
#include <memory>

namespace gfpcheck::plugin {

/// Extracts main files from their text in the editor, with the commands of the analysed build and
/// as `gfpcheck analyze` does, so with the kernel's annotations, whatever the host has parsed. What
/// one version of a file cost is saved for the next. Not thread-safe.
class UnitParser {
public:
  /// \p Program has the header inlines that need no summary; it outlives the parser.
  UnitParser(std::string SourceRoot, const LiveProgram &Program);

  /// The unit of \p Command with \p Text for the main file \p Path (absolute), named \p Name in
  /// summaries.
  TuResult parse(const CompileCommand &Command, llvm::StringRef Path, llvm::StringRef Name,
                 llvm::StringRef Text);

private:
  /// A file as it was when it was read.
  struct Input {
    std::string Path;
    uint64_t Size;
    int64_t MTime;
  };
  void renew();
  bool haveInputsChanged() const;

  const std::string SourceRoot;
  const LiveProgram &Program;
  /// What one main file has left.
  struct File {
    EditCache Cache;
    uint64_t LastUse = 0;
  };
  File &file(llvm::StringRef Path);

  std::unique_ptr<Extractor> TheExtractor;
  llvm::StringMap<Input> Inputs; ///< headers that TheExtractor has read and keeps
  llvm::StringMap<File> Files;   ///< by path; a few
  uint64_t Uses = 0;
};

} // namespace gfpcheck::plugin

#endif // GFPCHECK_PLUGIN_UNITPARSER_H
