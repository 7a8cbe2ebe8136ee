//===- Maintainers.h - Whose code a file is ---------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_REPORT_MAINTAINERS_H
#define GFPCHECK_REPORT_MAINTAINERS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Regex.h"
#include <optional>
#include <string>
#include <vector>

namespace gfpcheck {

/// The sections of a kernel's MAINTAINERS, by the patterns F, X and N as
/// scripts/get_maintainer.pl takes them.
class Maintainers {
public:
  Maintainers() = default; ///< no sections

  /// Never fails: what is no pattern is left out. \p IsDirectory says of a path in the tree whether
  /// it is one: its pattern need not end with a slash.
  Maintainers(llvm::StringRef Text, llvm::function_ref<bool(llvm::StringRef Path)> IsDirectory);

  /// The title of the section that is most specific for \p File, relative to the root of the tree:
  /// the one that get_maintainer.pl lists first, of equals the first in the file. "": none.
  llvm::StringRef subsystem(llvm::StringRef File) const;

  size_t size() const { return Sections.size(); }

private:
  struct Pattern {
    std::string Text;                      ///< what a path begins with
    bool IsGlob = false;                   ///< that is a glob
    std::optional<llvm::GlobPattern> Glob; ///< refers to Text
    std::optional<llvm::Regex> Name;       ///< N, instead of all that
    int Slashes = -1;                      ///< that a path must have; -1: any number
    int Specificity = 0;                   ///< the higher the more
    bool matches(llvm::StringRef File) const;
  };
  struct Section {
    std::string Title;
    std::vector<Pattern> Matching, Excluding;
  };
  std::vector<Section> Sections;
};

} // namespace gfpcheck

#endif // GFPCHECK_REPORT_MAINTAINERS_H
