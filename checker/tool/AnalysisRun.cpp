//===- AnalysisRun.cpp - The pipeline as commands use it --------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AnalysisRun.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"
#include <csignal>

namespace cl = llvm::cl;
using llvm::Error;
using llvm::Expected;

namespace gfpcheck {

AnalysisOptions::AnalysisOptions(cl::SubCommand &Command)
    : Command(Command), CategoryName(("Options of " + Command.getName()).str()),
      Category(CategoryName),
      Build("p", cl::desc("Build directory with a compile_commands.json, or that file"),
            cl::value_desc("BUILD"), cl::cat(Category), cl::sub(Command)),
      Jobs("j", cl::desc("Threads (default: all of the machine's)"), cl::value_desc("N"),
           cl::Prefix, cl::cat(Category), cl::sub(Command)),
      Only("only",
           cl::desc("Analyse only units whose main file, relative to the source root, matches; * "
                    "matches / too. May be repeated"),
           cl::value_desc("GLOB"), cl::cat(Category), cl::sub(Command)),
      Output("o", cl::desc("Write the report to FILE instead of stdout"), cl::value_desc("FILE"),
             cl::cat(Category), cl::sub(Command)),
      Database("db", cl::desc("Database (default: BUILD/.gfpcheck/gfpcheck.db)"),
               cl::value_desc("FILE"), cl::cat(Category), cl::sub(Command)),
      Models("model", cl::desc("Model to add to the built-in one. May be repeated"),
             cl::value_desc("FILE"), cl::cat(Category), cl::sub(Command)),
      SourceRoot("source-root", cl::desc("Directory that reported paths are relative to"),
                 cl::value_desc("DIR"), cl::cat(Category), cl::sub(Command)),
      Stats("stats", cl::desc("Print statistics and times on stderr"), cl::cat(Category),
            cl::sub(Command)),
      NoSkipInlines("no-skip-inlines", cl::desc("Parse header inlines in every unit again"),
                    cl::Hidden, cl::cat(Category), cl::sub(Command)) {}

int fail(Error E) {
  llvm::errs() << "gfpcheck: error: " << toString(std::move(E)) << '\n';
  return 2;
}

namespace {

Error checkOptions(const AnalysisOptions &Given) {
  if (Given.Build.empty())
    return error("{0} needs -p BUILD, the build directory with the compile_commands.json",
                 Given.Command.getName());
  if (Given.Jobs.getNumOccurrences() && (Given.Jobs == 0 || Given.Jobs > 1024))
    return error("-j {0}: give a number of threads from 1 to 1024", Given.Jobs.getValue());
  return Error::success();
}

void printFailures(const UnitCounts &Units) {
  constexpr size_t Shown = 20;
  size_t Count = Units.Failures.size();
  if (Count == 0)
    return;
  for (const UnitFailure &F : llvm::ArrayRef(Units.Failures).take_front(Shown))
    llvm::errs() << "gfpcheck: warning: " << F.File << " could not be parsed: " << F.Error << '\n';
  if (Count > Shown)
    llvm::errs() << "gfpcheck: warning: and " << Count - Shown << " more units\n";
  llvm::errs() << "gfpcheck: warning: " << Count << " of " << Units.Total
               << " units could not be parsed; findings may be missing\n";
}

} // namespace

bool printNotes(const ExtractionDriver &Driver, const Analysis &Result, const PhaseTimes &Times,
                bool Stats) {
  const UnitCounts Units = Driver.counts();
  printFailures(Units);
  const std::string ProbeFailure = Driver.probeFailure();
  if (!ProbeFailure.empty())
    llvm::errs() << "gfpcheck: warning: the kernel's constants could not be read: " << ProbeFailure
                 << "; reclaim checks find nothing\n";
  std::vector<std::string> Dropped = Driver.droppedOptions();
  if (!Dropped.empty())
    llvm::errs() << "gfpcheck: note: options that Clang does not know were dropped: "
                 << llvm::join(Dropped, " ") << '\n';
  for (const std::string &Line : Result.Warnings)
    llvm::errs() << "gfpcheck: warning: " << Line << '\n';
  const bool Complete = Units.Failures.empty() && ProbeFailure.empty();
  if (!Stats)
    return Complete;
  for (const std::string &Line : Result.StatLines)
    llvm::errs() << Line << '\n';
  for (const std::string &Line : Times.lines())
    llvm::errs() << Line << '\n';
  return Complete;
}

Expected<Session> openSession(const AnalysisOptions &Given) {
  if (Error E = checkOptions(Given))
    return std::move(E);
  std::signal(SIGXFSZ, SIG_IGN); // a file-size limit shall be an error from write()
  SessionOptions Options;
  Options.Build = Given.Build;
  Options.Jobs = Given.Jobs;
  Options.Only.assign(Given.Only.begin(), Given.Only.end());
  Options.Database = Given.Database;
  Options.Models.assign(Given.Models.begin(), Given.Models.end());
  Options.SourceRoot = Given.SourceRoot;
  Options.SkipInlines = !Given.NoSkipInlines;
  return openSession(Options);
}

Error checkSelected(const ExtractionDriver &Driver, const Session &S,
                    const AnalysisOptions &Given) {
  if (Driver.selected() != 0)
    return Error::success();
  return Given.Only.empty() ? error("{0} has no compile commands", S.Directory.CompileCommands)
                            : error("--only={0} matches no unit of {1}",
                                    llvm::join(Given.Only, ","), S.Directory.CompileCommands);
}

int runAnalysis(const AnalysisOptions &Given, const CheckOptions &Checks, Answer Respond,
                Need Also) {
  PhaseTimes Times;
  Expected<Session> S = openSession(Given);
  if (!S)
    return fail(S.takeError());
  ExtractionDriver Driver(S->Commands, *S->Db, S->Driver);
  if (Error E = checkSelected(Driver, *S, Given))
    return fail(std::move(E));
  if (Error E = Driver.findStale())
    return fail(std::move(E));
  Times.end("compare");

  Expected<std::optional<Analysis>> Result = analyse(Driver, *S, Checks, Times, Also);
  if (!Result)
    return fail(Result.takeError());
  if (!*Result) {
    llvm::errs() << "gfpcheck: interrupted; what is done is kept, and the next run resumes\n";
    return ExitInterrupted;
  }

  (*Result)->SourceRoot = S->Driver.SourceRoot;
  const UnitCounts Units = Driver.counts();
  Expected<int> Status = Respond(**Result, Units);
  Times.end("report");
  if (!Status) {
    printFailures(Units);
    return fail(Status.takeError());
  }
  return printNotes(Driver, **Result, Times, Given.Stats) ? *Status : ExitIncomplete;
}

Error writeReport(const AnalysisOptions &Options,
                  llvm::function_ref<void(llvm::raw_ostream &OS, bool Color)> Write) {
  return writeReport(Options.Output, Write);
}

Error writeReport(const std::string &Output,
                  llvm::function_ref<void(llvm::raw_ostream &OS, bool Color)> Write) {
  if (Output.empty() || Output == "-") {
    Write(llvm::outs(), llvm::sys::Process::StandardOutHasColors());
    llvm::outs().flush();
    if (llvm::outs().has_error()) {
      std::error_code EC = llvm::outs().error();
      llvm::outs().clear_error();
      return error("cannot write the report to stdout ({0})", EC.message());
    }
    return Error::success();
  }
  // To a temporary file that is then renamed: readers see the old report or the new.
  Error E = llvm::writeToOutput(Output, [&](llvm::raw_ostream &OS) {
    Write(OS, /*Color=*/false);
    return Error::success();
  });
  if (E)
    return error("cannot write the report to {0} ({1}): give another -o", Output,
                 toString(std::move(E)));
  return Error::success();
}

} // namespace gfpcheck
