//===- ReportCommand.cpp - gfpcheck report ----------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes findings as a page for people: docs/report.md.
//
// Exit status: 0 written, whatever is in it, 2 could not run, 3 incomplete (some units failed,
// which the page says), 130 interrupted.
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "ReportOptions.h"
#include "gfpcheck/report/Html.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace cl = llvm::cl;
using llvm::Error;
using llvm::Expected;

namespace gfpcheck {

cl::SubCommand ReportSubcommand(
    "report", "Write findings as one HTML page that needs nothing else and no network. -o may be a "
              "file or a directory, which gets an index.html");

namespace {

AnalysisOptions Options(ReportSubcommand);
FindingOptions Findings(Options);
auto In = cl::sub(ReportSubcommand);
auto OfReport = cl::cat(Options.Category);

cl::opt<bool> Html("html", cl::desc("As an HTML page"), OfReport, In);
cl::opt<std::string> BaselineFile("baseline",
                                  cl::desc("Mark what FILE has a reason against; see 'gfpcheck "
                                           "baseline'"),
                                  cl::value_desc("FILE"), OfReport, In);

/// The file that -o stands for.
Expected<std::string> outputFile() {
  namespace fs = llvm::sys::fs;
  llvm::StringRef Output = Options.Output;
  if (Output == "-" || !(Output.ends_with("/") || fs::is_directory(Output)))
    return Output.str();
  if (std::error_code EC = fs::create_directories(Output))
    return error("cannot create {0} ({1}): give another -o", Output, EC.message());
  llvm::SmallString<256> File(Output);
  llvm::sys::path::append(File, "index.html");
  return File.str().str();
}

} // namespace

int reportCommand() {
  if (!Html)
    return fail(error("report needs to know its form; there is: --html"));
  if (Options.Output.empty())
    return fail(error("report --html needs -o FILE or -o DIR (-o - for stdout)"));
  Expected<CheckOptions> Checks = Findings.selected();
  if (!Checks)
    return fail(Checks.takeError());
  Expected<Baseline> Known = BaselineFile.empty() ? Baseline() : readBaseline(BaselineFile);
  if (!Known)
    return fail(Known.takeError());
  return runAnalysis(Options, *Checks,
                     [&](const Analysis &Result, const UnitCounts &Units) -> Expected<int> {
                       Expected<std::string> File = outputFile();
                       if (!File)
                         return File.takeError();
                       const Report R = Findings.report(Result.Findings, Units, *Known);
                       SourceText Source(SourceText::below(Result.SourceRoot));
                       const Maintainers Whose(
                           Source.contents("MAINTAINERS").value_or(""), [&](llvm::StringRef Path) {
                             return llvm::sys::fs::is_directory(Result.SourceRoot + "/" + Path);
                           });
                       if (Error E = writeReport(*File, [&](llvm::raw_ostream &OS, bool) {
                             writeHtml(R, Source, Whose, OS);
                           }))
                         return std::move(E);
                       return 0;
                     });
}

} // namespace gfpcheck
