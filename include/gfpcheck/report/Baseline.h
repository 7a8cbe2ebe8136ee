//===- Baseline.h - Findings that are known and left alone ----------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A baseline is a text file, one entry a line, meant to be kept in git and merged there:
//
//   ID     CHECK       FILE    FUNCTION  # REASON   the finding with this id
//   CHECK  FUNCTION()  ENTITY            # REASON   what has this check, function and entity
//
// It needs no server and no database: see docs/baseline.md for what each form is good for.
// Thread-safe as its copies are: no state but its own.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_REPORT_BASELINE_H
#define GFPCHECK_REPORT_BASELINE_H

#include "gfpcheck/report/Finding.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace gfpcheck {

struct BaselineEntry {
  std::string Id; ///< of the finding; "": by the names below
  std::string Check;
  std::string File;     ///< with Id: where the finding was, for people
  std::string Function; ///< with Id: for people
  std::string Entity;   ///< without Id: a lock class, callee or allocation; "*": any
  std::string Reason;   ///< why this is not to be reported; never ""
  unsigned Line = 0;    ///< in the file that was parsed; 0: added since

  std::string Comment; ///< the lines before it that belong to it, each with its end
  std::string Text;    ///< its line as it stands in the file

  /// Whether the entry is about \p F.
  bool covers(const Finding &F) const;
};

class Baseline {
public:
  /// Parses \p Text, the contents of \p FileName. Error: "FILE:LINE: what is wrong there".
  static llvm::Expected<Baseline> parse(llvm::StringRef Text, llvm::StringRef FileName);

  /// In the order of the file.
  llvm::ArrayRef<BaselineEntry> entries() const { return Entries; }

  /// The entry that \p F is suppressed by, nullptr if there is none: the first with its id,
  /// else the first that names it. So of two that say the same the second covers nothing.
  const BaselineEntry *find(const Finding &F) const;

  /// Sets Suppressed in each of \p Findings that an entry covers.
  void suppress(llvm::MutableArrayRef<Finding> Findings) const;

  /// For each entry which of \p Findings it suppresses.
  std::vector<std::vector<const Finding *>> uses(llvm::ArrayRef<Finding> Findings) const;

  /// Adds an entry for the id of \p F, at its place in the order of lines.
  void add(const Finding &F, llvm::StringRef Reason);

  /// Removes the entries for which \p Unwanted, with the comments that belong to them.
  void remove(llvm::function_ref<bool(const BaselineEntry &)> Unwanted);

  /// The file's text, the entries sorted as LC_ALL=C sort does. A comment directly above an
  /// entry moves with it; the lines before the first empty one stay at the top.
  std::string text() const;

private:
  void index();

  std::string Head; ///< lines at the top
  std::vector<BaselineEntry> Entries;
  std::string Tail; ///< lines after the last entry

  llvm::StringMap<size_t> ById;                 ///< to the first
  llvm::StringMap<std::vector<size_t>> ByCheck; ///< those that go by names
};

/// Error if \p Reason cannot be written in a baseline: empty, or more than one line.
llvm::Error checkReason(llvm::StringRef Reason);

} // namespace gfpcheck

#endif // GFPCHECK_REPORT_BASELINE_H
