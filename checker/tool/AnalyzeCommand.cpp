//===- AnalyzeCommand.cpp - gfpcheck analyze --------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exit status: 0 no findings but those in the baseline, 1 findings, 2 could not run, 3 incomplete
// (some units failed), 130 interrupted.
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "ReportOptions.h"
#include "llvm/ADT/STLExtras.h"

namespace cl = llvm::cl;
using llvm::Error;
using llvm::Expected;

namespace gfpcheck {

cl::SubCommand AnalyzeSubcommand("analyze", "Analyse the units of a build and report findings");

namespace {

AnalysisOptions Options(AnalyzeSubcommand);
ReportOptions Reporting(Options);
cl::list<std::string> DumpFunctions("dump-function",
                                    cl::desc("Print what is known of the function NAME on stderr"),
                                    cl::value_desc("NAME"), cl::Hidden, cl::cat(Options.Category),
                                    cl::sub(AnalyzeSubcommand));

} // namespace

int analyzeCommand() {
  Expected<CheckOptions> Checks = Reporting.Findings.selected();
  if (!Checks)
    return fail(Checks.takeError());
  Checks->DumpFunctions = DumpFunctions;
  Expected<Baseline> Known = Reporting.baseline();
  if (!Known)
    return fail(Known.takeError());
  return runAnalysis(Options, *Checks,
                     [&](const Analysis &Result, const UnitCounts &Units) -> Expected<int> {
                       const Report R = Reporting.report(Result.Findings, Units, *Known);
                       if (Error E = Reporting.write(R, Result.Findings, *Known))
                         return std::move(E);
                       return llvm::any_of(R.Findings, isReported) ? 1 : 0;
                     });
}

} // namespace gfpcheck
