//===- BuildDirectory.h - What -p stands for ------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_DRIVER_BUILDDIRECTORY_H
#define GFPCHECK_DRIVER_BUILDDIRECTORY_H

#include "gfpcheck/capture/CompileDatabase.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace gfpcheck {

/// A build directory as `-p` names it. All paths are absolute.
struct BuildDirectory {
  std::string Path;
  std::string CompileCommands; ///< the compile_commands.json to use
  std::string StateDirectory;  ///< PATH/.gfpcheck: where gfpcheck keeps what it needs
  std::string CapturedSource;  ///< source root noted by `gfpcheck capture`, or ""
};

/// \p Name is a directory (where .gfpcheck/compile_commands.json, written by
/// `gfpcheck capture`, goes before compile_commands.json) or the JSON file itself.
llvm::Expected<BuildDirectory> findBuildDirectory(llvm::StringRef Name);

/// The main file of \p Command as an absolute path without "." and "..".
std::string absoluteFile(const CompileCommand &Command);

/// \p File relative to \p Root if it is inside, else as it is.
std::string relativeTo(llvm::StringRef Root, llvm::StringRef File);

/// The source root when nobody named it: the kernel tree around the files (the
/// nearest directory upwards with both Kbuild and MAINTAINERS), else the longest
/// directory they have in common.
std::string guessSourceRoot(llvm::ArrayRef<CompileCommand> Commands);

} // namespace gfpcheck

#endif // GFPCHECK_DRIVER_BUILDDIRECTORY_H
