//===- Kbuild.h - What the kernel's build system says of itself -----*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CAPTURE_KBUILD_H
#define GFPCHECK_CAPTURE_KBUILD_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <set>
#include <string>
#include <vector>

namespace gfpcheck::kbuild {

/// Success if \p Directory is the top of a kernel tree that Kbuild can build.
llvm::Error checkKernelTree(llvm::StringRef Directory);

/// True if Kbuild would refuse to build \p Directory with O= ("the source tree is
/// not clean"): the rule of `outputmakefile` in the top Makefile.
bool isConfiguredInTree(llvm::StringRef Directory);

/// What make was asked to do, sorted by how Kbuild treats it.
struct MakeArguments {
  std::vector<std::string> Variables;   ///< NAME=value and options (-j4), passed to every make
  std::vector<std::string> ConfigGoals; ///< defconfig, kvm_guest.config …
  std::vector<std::string> Goals;       ///< fs/ext4/, mm/slub.o …
  std::string ModuleDirectory;          ///< value of M= (or KBUILD_EXTMOD=), "" if none
  /// Value of the last NAME=value for \p Name, or \p Default.
  std::string variable(llvm::StringRef Name, llvm::StringRef Default = "") const;
  bool hasVariable(llvm::StringRef Name) const;
};

/// Sorts the words after `--`. Error: one that capture decides itself (O=, or a
/// goal that cleans, installs or packs).
llvm::Expected<MakeArguments> parseMakeArguments(llvm::ArrayRef<std::string> Words);

/// First line of a .config: "# Linux/x86 6.12.1 Kernel Configuration".
struct ConfigHeader {
  std::string Arch;    ///< "x86"
  std::string Version; ///< "6.12.1"
};
ConfigHeader readConfigHeader(llvm::StringRef ConfigFile);

/// The C objects that Kbuild says it has built, from its own records.
struct ObjectRecords {
  std::set<std::string> CObjects; ///< absolute paths of objects made from a .c file
};

/// Collects the records of what the directories \p Roots (absolute, in the build
/// tree \p ObjectTree) contribute to the kernel: members of built-in.a and lib.a,
/// and the parts of each module named in modules.order; objects whose .cmd file
/// names a .c source. Lists that are not there (the directory did not finish)
/// contribute nothing.
llvm::Expected<ObjectRecords> readRecords(llvm::StringRef ObjectTree,
                                          llvm::ArrayRef<std::string> Roots);

/// Whether the .cmd file beside \p Object names a .c file as its source.
bool isCObject(llvm::StringRef Object);

/// What went wrong in a run of make.
struct MakeFailures {
  std::vector<std::string> Targets; ///< files that could not be made, in order
  std::string FirstError;           ///< first line that tells why, or ""
};
/// Reads make's output. Errors that only follow from others (a directory that
/// failed because something in it did) are left out.
MakeFailures readFailures(llvm::StringRef Log);

/// The last \p Count lines of \p Text that are not make's own chatter.
std::string lastLines(llvm::StringRef Text, unsigned Count);

} // namespace gfpcheck::kbuild

#endif // GFPCHECK_CAPTURE_KBUILD_H
