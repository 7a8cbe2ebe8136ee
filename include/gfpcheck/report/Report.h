//===- Report.h - Findings and locks, written down ------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writers of a finished analysis. They add nothing and decide nothing: the same
// Report gives the same bytes. Output is always valid UTF-8.
//
// Thread-safe: no state.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_REPORT_REPORT_H
#define GFPCHECK_REPORT_REPORT_H

#include "gfpcheck/report/Finding.h"
#include "gfpcheck/report/LockInfo.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>
#include <string>
#include <vector>

namespace gfpcheck {

struct UnitFailure {
  std::string File;  ///< main file, relative to the source root
  std::string Error; ///< the compiler's first error: "file:line:col: message"
};

/// The TUs that an analysis was asked for.
struct UnitCounts {
  size_t Total = 0;
  size_t Reused = 0;                 ///< not parsed in this run. The one number of a report that
                                     ///< differs between two runs over the same input
  std::vector<UnitFailure> Failures; ///< sorted by file
  std::string ConstantsError;        ///< why the kernel's constants could not be read, without
                                     ///< which the checks of reclaim find nothing; "": they were

  /// Whether findings may be missing for what could not be read.
  bool complete() const { return Failures.empty() && ConstantsError.empty(); }
};

/// What a report of the gate says besides its findings.
struct GateInfo {
  std::string Subject;                ///< of the patch, or the range of revisions
  std::string Reproduce;              ///< a command line that gives this report
  size_t Files = 0;                   ///< changed by the patch
  std::vector<std::string> Recapture; ///< changed files that decide what is compiled, and how
  std::vector<std::string> NotBuilt;  ///< changed sources that no unit of this build reads
};

/// A check as a report names it.
struct CheckTitle {
  std::string Id;    ///< "sleep-in-atomic"
  std::string Title; ///< one line
};

struct Report {
  std::string ToolVersion;
  UnitCounts Units;
  std::vector<Finding> Findings; ///< printed in this order
  std::optional<GateInfo> Gate;  ///< set: each finding has a Status

  std::vector<CheckTitle> Checks; ///< those that were run; SARIF lists them
  std::string Documentation;      ///< URL of the folder docs/, without the last /; "": none
};

/// Whether \p F is one to act on, which is what the exit status says: no baseline has a
/// reason against it, and the patch, if there is one, introduces it.
inline bool isReported(const Finding &F) {
  return F.Suppressed.empty() &&
         (F.Status == PatchStatus::None || F.Status == PatchStatus::Introduced);
}

/// For people, modelled on compiler diagnostics and on lockdep's chains:
///   FILE:LINE:COLUMN: warning: MESSAGE [CHECK, high confidence]
///     TITLE:
///       1. FILE:LINE: in FUNCTION: TEXT
///     fix: FIX
///     id: ID
///   N findings (H high, M medium, L low) in U units
/// Suppressed findings are only counted. With Gate set, a text to be pasted in a mail: what
/// was looked at, the introduced findings in the above form, the fixed ones in a line each,
/// how to get this report again. Its lists end after some entries, with the number of
/// those left out.
void writeText(const Report &R, llvm::raw_ostream &OS, bool Color);

/// For programs: the contract "schema": 1 of docs/design.md.
void writeJson(const Report &R, llvm::raw_ostream &OS);

/// For code scanning services and viewers: SARIF 2.1.0 with one run. Paths are relative to
/// SRCROOT, which the log does not define; each path of a finding is a thread flow.
void writeSarif(const Report &R, llvm::raw_ostream &OS);

/// For a job of GitHub Actions: a workflow command a finding that isReported(), which shows
/// it at its line; error, warning or notice by confidence.
void writeGithub(const Report &R, llvm::raw_ostream &OS);

/// What `gfpcheck query locks` answers.
struct LockReport {
  std::string ToolVersion;
  UnitCounts Units;
  std::vector<LockInfo> Locks; ///< printed in this order
};

/// One line a lock, and a last one that counts:
///   CLASS  LEVEL  STRONGEST ALLOCATION
void writeTable(const LockReport &R, llvm::raw_ostream &OS);

/// All that is known of each:
///   CLASS: MESSAGE
///     TITLE:
///       1. FILE:LINE: in FUNCTION: TEXT
void writeText(const LockReport &R, llvm::raw_ostream &OS, bool Color);

/// For programs: the contract "schema": 1 of docs/query.md.
void writeJson(const LockReport &R, llvm::raw_ostream &OS);

/// Findings and locks to bytes and back without loss, to keep them in the store. The form
/// is private to each pair; decoding gives an Error on anything else.
std::string encodeFindings(llvm::ArrayRef<Finding> Findings);
llvm::Expected<std::vector<Finding>> decodeFindings(llvm::StringRef Bytes);
std::string encodeLocks(llvm::ArrayRef<LockInfo> Locks);
llvm::Expected<std::vector<LockInfo>> decodeLocks(llvm::StringRef Bytes);

} // namespace gfpcheck

#endif // GFPCHECK_REPORT_REPORT_H
