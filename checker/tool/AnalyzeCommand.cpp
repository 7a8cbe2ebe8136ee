//===- AnalyzeCommand.cpp - gfpcheck analyze --------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exit status: 0 no findings, 1 findings, 2 could not run, 3 incomplete (some units
// failed), 130 interrupted.
//
//===----------------------------------------------------------------------===//

#include "AnalysisRun.h"
#include "Commands.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace cl = llvm::cl;
using llvm::Error;
using llvm::Expected;

namespace gfpcheck {

cl::SubCommand AnalyzeSubcommand("analyze", "Analyse the units of a build and report findings");

namespace {

enum class OutputFormat { Text, Json, Sarif, Github };

AnalysisOptions Options(AnalyzeSubcommand);
auto In = cl::sub(AnalyzeSubcommand);
auto OfAnalyze = cl::cat(Options.Category);

cl::list<std::string> Checks("check", cl::desc("Checks to run (default: all)"),
                             cl::value_desc("ID,.."), cl::CommaSeparated, OfAnalyze, In);
cl::opt<Confidence> MinConfidence(
    "min-confidence", cl::desc("Report findings of at least this confidence (default: medium)"),
    cl::values(clEnumValN(Confidence::High, "high", "certain but for the values of data"),
               clEnumValN(Confidence::Medium, "medium", "something on the path was assumed"),
               clEnumValN(Confidence::Low, "low", "everything")),
    cl::init(Confidence::Medium), OfAnalyze, In);
cl::opt<OutputFormat>
    Format("format", cl::desc("Form of the report (default: text)"),
           cl::values(clEnumValN(OutputFormat::Text, "text", "for people"),
                      clEnumValN(OutputFormat::Json, "json", "for programs"),
                      clEnumValN(OutputFormat::Sarif, "sarif", "not supported yet"),
                      clEnumValN(OutputFormat::Github, "github", "not supported yet")),
           cl::init(OutputFormat::Text), OfAnalyze, In);
cl::list<std::string> DumpFunctions("dump-function",
                                    cl::desc("Print what is known of the function NAME on stderr"),
                                    cl::value_desc("NAME"), cl::Hidden, OfAnalyze, In);

Expected<CheckOptions> selectChecks() {
  CheckOptions Selected;
  Selected.DumpFunctions = DumpFunctions;
  for (const CheckInfo &Info : allChecks())
    if (Checks.empty() || llvm::is_contained(Checks, Info.Id))
      Selected.Ids.push_back(std::string(Info.Id));
  for (const std::string &Id : Checks)
    if (!llvm::is_contained(Selected.Ids, Id))
      return error("--check={0}: there is no such check; there are: {1}", Id,
                   llvm::join(llvm::map_range(allChecks(),
                                              [](const CheckInfo &I) { return std::string(I.Id); }),
                              ", "));
  return Selected;
}

} // namespace

int analyzeCommand() {
  if (Format == OutputFormat::Sarif || Format == OutputFormat::Github)
    return fail(error("--format={0} is not supported yet: use text or json",
                      Format == OutputFormat::Sarif ? "sarif" : "github"));
  Expected<CheckOptions> ChecksToRun = selectChecks();
  if (!ChecksToRun)
    return fail(ChecksToRun.takeError());
  return runAnalysis(Options, *ChecksToRun,
                     [](const Analysis &Result, const UnitCounts &Units) -> Expected<int> {
                       Report TheReport;
                       TheReport.ToolVersion = GFPCHECK_VERSION;
                       TheReport.Units = Units;
                       for (const Finding &F : Result.Findings)
                         if (F.Conf >= MinConfidence)
                           TheReport.Findings.push_back(F);
                       if (Error E = writeReport(Options, [&](llvm::raw_ostream &OS, bool Color) {
                             if (Format == OutputFormat::Json)
                               writeJson(TheReport, OS);
                             else
                               writeText(TheReport, OS, Color);
                           }))
                         return std::move(E);
                       return TheReport.Findings.empty() ? 0 : 1;
                     });
}

} // namespace gfpcheck
