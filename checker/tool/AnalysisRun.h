//===- AnalysisRun.h - The pipeline as commands use it --------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the commands that analyse a build have in common: the options that say what is
// analysed, and what is printed on stderr. A command adds its own options and its report.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_TOOL_ANALYSISRUN_H
#define GFPCHECK_TOOL_ANALYSISRUN_H

#include "gfpcheck/driver/Session.h"
#include "gfpcheck/report/Report.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace gfpcheck {

/// The options of a command that analyses a build. Define one after the subcommand, in
/// the same file: both register themselves when they are constructed.
struct AnalysisOptions {
  explicit AnalysisOptions(llvm::cl::SubCommand &Command);

  llvm::cl::SubCommand &Command;
  std::string CategoryName; ///< which Category refers to
  llvm::cl::OptionCategory Category;
  llvm::cl::opt<std::string> Build;
  llvm::cl::opt<unsigned> Jobs;
  llvm::cl::list<std::string> Only;
  llvm::cl::opt<std::string> Output;
  llvm::cl::opt<std::string> Database;
  llvm::cl::list<std::string> Models;
  llvm::cl::opt<std::string> SourceRoot;
  llvm::cl::opt<bool> Stats;
  llvm::cl::opt<bool> NoSkipInlines;
};

/// Opens what \p Options name.
llvm::Expected<Session> openSession(const AnalysisOptions &Options);

/// Whether \p Driver, before it has extracted, has something to do; the error says why not.
llvm::Error checkSelected(const ExtractionDriver &Driver, const Session &S,
                          const AnalysisOptions &Options);

/// Prints the warnings of a run, and statistics if \p Stats. Whether everything could be analysed.
bool printNotes(const ExtractionDriver &Driver, const Analysis &Result, const PhaseTimes &Times,
                bool Stats);

/// What a command makes of an analysis: writes its report with writeReport() and returns
/// the exit status for when all units are complete.
using Answer = llvm::function_ref<llvm::Expected<int>(const Analysis &, const UnitCounts &)>;

/// Analyses the units that \p Options select, or takes the result of an earlier run over
/// the same input from the store, and has it answered. Prints errors and warnings. The exit
/// status: the answer's, 2 could not run, 3 incomplete, 130 interrupted.
int runAnalysis(const AnalysisOptions &Options, const CheckOptions &Checks, Answer Respond,
                Need Also = Need::Nothing);

/// Writes a report to the file that -o names, which holds the old one or the new one at any
/// time, or to stdout.
llvm::Error writeReport(const AnalysisOptions &Options,
                        llvm::function_ref<void(llvm::raw_ostream &OS, bool Color)> Write);

/// The same for the file \p Output; "" and "-": stdout.
llvm::Error writeReport(const std::string &Output,
                        llvm::function_ref<void(llvm::raw_ostream &OS, bool Color)> Write);

/// Exit statuses that all commands share.
inline constexpr int ExitIncomplete = 3, ExitInterrupted = 130;

/// gfpcheck: error: MESSAGE. Returns the exit status.
int fail(llvm::Error E);

} // namespace gfpcheck

#endif // GFPCHECK_TOOL_ANALYSISRUN_H
