//===- ReportOptions.h - Which findings are reported, and how -------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the commands that report findings have in common beyond an analysis. Between what
// runAnalysis() hands to its Answer and the report stand the baseline and the least
// confidence.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_TOOL_REPORTOPTIONS_H
#define GFPCHECK_TOOL_REPORTOPTIONS_H

#include "AnalysisRun.h"
#include "gfpcheck/report/Baseline.h"

namespace gfpcheck {

enum class OutputFormat { Text, Json, Sarif, Github };

/// Options that say which checks are run and which of their findings count.
struct FindingOptions {
  explicit FindingOptions(AnalysisOptions &Analysis);

  llvm::cl::list<std::string> Checks;
  llvm::cl::opt<Confidence> MinConfidence;

  /// The checks to run. Error: there is no such check.
  llvm::Expected<CheckOptions> selected() const;

  /// The report of \p All findings: those that are sure enough, the others left out, with the
  /// reason that \p Known has against them.
  Report report(llvm::ArrayRef<Finding> All, const UnitCounts &Units, const Baseline &Known) const;
};

/// Options of the report, for commands whose answer is one.
struct ReportOptions {
  explicit ReportOptions(AnalysisOptions &Analysis);

  AnalysisOptions &Analysis;
  FindingOptions Findings;
  llvm::cl::opt<OutputFormat> Format;
  llvm::cl::opt<std::string> BaselineFile;

  /// What --baseline names, an empty one without the option. To be called before an analysis
  /// is begun, which is long. Error: as of readBaseline().
  llvm::Expected<Baseline> baseline() const;

  /// FindingOptions::report().
  Report report(llvm::ArrayRef<Finding> All, const UnitCounts &Units, const Baseline &Known) const {
    return Findings.report(All, Units, Known);
  }

  /// Writes \p R in the form asked for to where -o says, then warns of the entries of
  /// \p Known that cover none of \p All findings, unless they may for what was not analysed,
  /// or the report is of a patch.
  llvm::Error write(const Report &R, llvm::ArrayRef<Finding> All, const Baseline &Known) const;
};

/// The baseline in \p FileName. Error: cannot be read, or malformed.
llvm::Expected<Baseline> readBaseline(llvm::StringRef FileName);

/// Puts \p Text in the place of the file, at once: whoever reads it sees the old one or the
/// new. A link stays one.
llvm::Error replaceFile(const std::string &FileName, llvm::StringRef Text);

} // namespace gfpcheck

#endif // GFPCHECK_TOOL_REPORTOPTIONS_H
