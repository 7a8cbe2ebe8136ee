//===- MakeRunner.h - Running the kernel's make ---------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CAPTURE_MAKERUNNER_H
#define GFPCHECK_CAPTURE_MAKERUNNER_H

#include "gfpcheck/capture/Kbuild.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <string>
#include <vector>

namespace gfpcheck {

/// The compiler and make that a capture uses, found before anything is written.
struct Toolchain {
  std::string Make;        ///< absolute path
  std::string Llvm;        ///< value of LLVM= for make, e.g. "-22"; "" with another CC=
  std::string Compiler;    ///< as make's CC would be: "clang-22", "ccache clang-22"
  std::string VersionLine; ///< first line of `COMPILER --version`
};

/// Chooses as Kbuild does from CC=, LLVM= and CROSS_COMPILE= in \p Args, with LLVM= of
/// the version gfpcheck is built with as the default. Error: make or the compiler is
/// not installed.
llvm::Expected<Toolchain> findToolchain(const kbuild::MakeArguments &Args);

/// Runs make in one source tree with one O= directory.
class MakeRunner {
public:
  std::string Source;            ///< where make runs (-C): the tree or its mirror
  std::string ObjectTree;        ///< O=
  std::string StateDirectory;    ///< for gfpcheck-cc: its log and stub objects
  std::string RecordingCompiler; ///< CC=
  std::string LogFile;           ///< make's output, of the last run only
  Toolchain Tools;
  std::vector<std::string> Variables; ///< the user's
  unsigned Jobs = 1;
  /// Called several times a second while make runs, if set.
  std::function<void()> Tick;

  /// Makes \p Goals with \p Extra variables. Returns make's exit code; its output is
  /// in LogFile. Error: make could not be started.
  llvm::Expected<int> run(llvm::ArrayRef<std::string> Extra, llvm::ArrayRef<std::string> Goals);
  /// What the last run wrote.
  std::string log() const;
};

} // namespace gfpcheck

#endif // GFPCHECK_CAPTURE_MAKERUNNER_H
