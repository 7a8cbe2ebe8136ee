//===- AnalyzeCommand.cpp - gfpcheck analyze --------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pipeline: find out what is stale, extract it, load, link, check, report. When
// nothing has changed since a run with the same model and checks, the findings are
// taken from the store and the steps between are not made.
//
// Exit status: 0 no findings, 1 findings, 2 could not run, 3 incomplete (some units
// failed), 130 interrupted.
//
//===----------------------------------------------------------------------===//

#include "BuildDirectory.h"
#include "Commands.h"
#include "ExtractionDriver.h"
#include "Probe.h"
#include "gfpcheck/checks/Check.h"
#include "gfpcheck/link/Program.h"
#include "gfpcheck/model/Model.h"
#include "gfpcheck/report/Report.h"
#include "gfpcheck/store/Store.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Threading.h"
#include "llvm/Support/xxhash.h"
#include <chrono>
#include <csignal>
#include <sys/resource.h>

namespace cl = llvm::cl;
using llvm::Error;
using llvm::Expected;

namespace gfpcheck {

cl::SubCommand AnalyzeSubcommand("analyze", "Analyse the units of a build and report findings");

namespace {

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

enum class OutputFormat { Text, Json, Sarif, Github };

auto In = cl::sub(AnalyzeSubcommand);
cl::OptionCategory Category("Options of analyze");

cl::opt<std::string> Build("p",
                           cl::desc("Build directory with a compile_commands.json, or that "
                                    "file"),
                           cl::value_desc("BUILD"), cl::cat(Category), In);
cl::opt<unsigned> Jobs("j", cl::desc("Threads (default: all of the machine's)"),
                       cl::value_desc("N"), cl::Prefix, cl::cat(Category), In);
cl::list<std::string> Checks("check", cl::desc("Checks to run (default: all)"),
                             cl::value_desc("ID,.."), cl::CommaSeparated, cl::cat(Category), In);
cl::list<std::string> Only("only",
                           cl::desc("Analyse only units whose main file, relative to the source "
                                    "root, matches; * matches / too. May be repeated"),
                           cl::value_desc("GLOB"), cl::cat(Category), In);
cl::opt<Confidence> MinConfidence(
    "min-confidence", cl::desc("Report findings of at least this confidence (default: medium)"),
    cl::values(clEnumValN(Confidence::High, "high", "certain but for the values of data"),
               clEnumValN(Confidence::Medium, "medium", "something on the path was assumed"),
               clEnumValN(Confidence::Low, "low", "everything")),
    cl::init(Confidence::Medium), cl::cat(Category), In);
cl::opt<OutputFormat>
    Format("format", cl::desc("Form of the report (default: text)"),
           cl::values(clEnumValN(OutputFormat::Text, "text", "for people"),
                      clEnumValN(OutputFormat::Json, "json", "for programs"),
                      clEnumValN(OutputFormat::Sarif, "sarif", "not supported yet"),
                      clEnumValN(OutputFormat::Github, "github", "not supported yet")),
           cl::init(OutputFormat::Text), cl::cat(Category), In);
cl::opt<std::string> Output("o", cl::desc("Write the report to FILE instead of stdout"),
                            cl::value_desc("FILE"), cl::cat(Category), In);
cl::opt<std::string> Database("db", cl::desc("Database (default: BUILD/.gfpcheck/gfpcheck.db)"),
                              cl::value_desc("FILE"), cl::cat(Category), In);
cl::list<std::string> Models("model", cl::desc("Model to add to the built-in one. May be repeated"),
                             cl::value_desc("FILE"), cl::cat(Category), In);
cl::opt<std::string> SourceRootOption("source-root",
                                      cl::desc("Directory that reported paths are relative to"),
                                      cl::value_desc("DIR"), cl::cat(Category), In);
cl::opt<bool> Stats("stats", cl::desc("Print statistics and times on stderr"), cl::cat(Category),
                    In);
cl::list<std::string> DumpFunctions("dump-function",
                                    cl::desc("Print what is known of the function NAME on stderr"),
                                    cl::value_desc("NAME"), cl::Hidden, cl::cat(Category), In);
cl::opt<bool> NoSkipInlines("no-skip-inlines", cl::desc("Parse header inlines in every unit again"),
                            cl::Hidden, cl::cat(Category), In);

//===----------------------------------------------------------------------===//
// Messages and times
//===----------------------------------------------------------------------===//

constexpr int ExitError = 2, ExitIncomplete = 3, ExitInterrupted = 130;

/// gfpcheck: error: MESSAGE
int fail(Error E) {
  llvm::errs() << "gfpcheck: error: " << toString(std::move(E)) << '\n';
  return ExitError;
}

template <class... Args> Error error(const char *Text, Args &&...Values) {
  return llvm::createStringError(llvm::formatv(Text, std::forward<Args>(Values)...).str());
}

/// Wall and processor time of each pass, for --stats.
class PhaseTimes {
  using Clock = std::chrono::steady_clock;
  Clock::time_point Wall = Clock::now();
  double Cpu = cpu();
  std::vector<std::string> Lines;

  static double cpu() {
    rusage R;
    getrusage(RUSAGE_SELF, &R);
    auto Seconds = [](const timeval &T) { return T.tv_sec + T.tv_usec * 1e-6; };
    return Seconds(R.ru_utime) + Seconds(R.ru_stime);
  }

  static size_t residentMiB() {
    auto Statm = llvm::MemoryBuffer::getFileAsStream("/proc/self/statm");
    if (!Statm)
      return 0;
    llvm::StringRef Resident = (*Statm)->getBuffer().split(' ').second.split(' ').first;
    size_t Pages = 0;
    Resident.getAsInteger(10, Pages);
    return Pages * llvm::sys::Process::getPageSizeEstimate() >> 20;
  }

public:
  void end(llvm::StringRef Phase) {
    Clock::time_point WallNow = Clock::now();
    double CpuNow = cpu();
    Lines.push_back(llvm::formatv(
        "time: {0,-8} {1,8:F2} s, {2,8:F2} s CPU, {3,6} MiB in use after it", Phase,
        std::chrono::duration<double>(WallNow - Wall).count(), CpuNow - Cpu, residentMiB()));
    Wall = WallNow;
    Cpu = CpuNow;
  }

  std::vector<std::string> lines() const {
    rusage R;
    getrusage(RUSAGE_SELF, &R);
    std::vector<std::string> Result = Lines;
    Result.push_back(llvm::formatv("memory: {0} MiB at most", R.ru_maxrss / 1024));
    return Result;
  }
};

std::atomic<bool> Interrupted = false;

/// While one lives, the first SIGINT or SIGTERM only asks for an orderly end; the
/// second one kills.
class OrderlyInterrupt {
  static constexpr int Signals[] = {SIGINT, SIGTERM};
  struct sigaction Before[std::size(Signals)] = {};

public:
  OrderlyInterrupt() {
    struct sigaction Action = {};
    Action.sa_handler = [](int) { Interrupted = true; };
    Action.sa_flags = SA_RESETHAND | SA_RESTART;
    for (size_t I = 0; I != std::size(Signals); ++I)
      sigaction(Signals[I], &Action, &Before[I]);
  }
  ~OrderlyInterrupt() {
    for (size_t I = 0; I != std::size(Signals); ++I)
      sigaction(Signals[I], &Before[I], nullptr);
  }
};

//===----------------------------------------------------------------------===//
// Results in the store
//===----------------------------------------------------------------------===//

/// What checking gave; a function of program, model, checks and this executable.
struct Analysis {
  std::vector<Finding> Findings;      ///< of every confidence
  std::vector<std::string> Warnings;  ///< always printed
  std::vector<std::string> StatLines; ///< for --stats
};

uint64_t resultKey(const ExtractionDriver &Driver, const Model &TheModel,
                   const CheckOptions &Options) {
  // The executable stands for link, solve and checks. It cannot be unreadable; were
  // it, digest 0 would only make its results those of another unreadable one.
  uint64_t Tool = 0;
  if (auto Buffer = llvm::MemoryBuffer::getFile("/proc/self/exe", /*IsText=*/false,
                                                /*RequiresNullTerminator=*/false))
    Tool = llvm::xxh3_64bits((*Buffer)->getBuffer());
  return llvm::xxh3_64bits(llvm::formatv("{0} {1} {2} {3}", Tool, Driver.programDigest(),
                                         TheModel.digest(), llvm::join(Options.Ids, ","))
                               .str());
}

std::string encodeAnalysis(const Analysis &A) {
  return llvm::join(A.Warnings, "\n") + '\0' + llvm::join(A.StatLines, "\n") + '\0' +
         encodeFindings(A.Findings);
}

Expected<Analysis> decodeAnalysis(llvm::StringRef Text) {
  auto [Warnings, Rest] = Text.split('\0');
  auto [Statistics, Findings] = Rest.split('\0');
  auto Lines = [](llvm::StringRef Part) {
    llvm::SmallVector<llvm::StringRef> Pieces;
    Part.split(Pieces, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
    return std::vector<std::string>(Pieces.begin(), Pieces.end());
  };
  Expected<std::vector<Finding>> Parsed = decodeFindings(Findings);
  if (!Parsed)
    return Parsed.takeError();
  return Analysis{std::move(*Parsed), Lines(Warnings), Lines(Statistics)};
}

//===----------------------------------------------------------------------===//
// Passes
//===----------------------------------------------------------------------===//

Expected<CheckOptions> selectChecks() {
  CheckOptions Options;
  Options.DumpFunctions = DumpFunctions;
  for (const CheckInfo &Info : allChecks())
    if (Checks.empty() || llvm::is_contained(Checks, Info.Id))
      Options.Ids.push_back(std::string(Info.Id));
  for (const std::string &Id : Checks)
    if (!llvm::is_contained(Options.Ids, Id))
      return error("--check={0}: there is no such check; there are: {1}", Id,
                   llvm::join(llvm::map_range(allChecks(),
                                              [](const CheckInfo &I) { return std::string(I.Id); }),
                              ", "));
  return Options;
}

Error checkOptions() {
  if (Build.empty())
    return error("analyze needs -p BUILD, the build directory with the compile_commands.json");
  if (Format == OutputFormat::Sarif || Format == OutputFormat::Github)
    return error("--format={0} is not supported yet: use text or json",
                 Format == OutputFormat::Sarif ? "sarif" : "github");
  if (Jobs.getNumOccurrences() && (Jobs == 0 || Jobs > 1024))
    return error("-j {0}: give a number of threads from 1 to 1024", Jobs.getValue());
  return Error::success();
}

Expected<DriverOptions> driverOptions(const BuildDirectory &Directory,
                                      llvm::ArrayRef<CompileCommand> Commands,
                                      const Model &TheModel) {
  DriverOptions Options;
  Options.ProbeText = probeText(TheModel);
  Options.Threads = Jobs ? Jobs : llvm::hardware_concurrency().compute_thread_count();
  Options.SkipInlines = !NoSkipInlines;
  Options.Interrupted = &Interrupted;
  for (const std::string &Pattern : Only) {
    Expected<llvm::GlobPattern> Glob = llvm::GlobPattern::create(Pattern, /*MaxSubPatterns=*/1024);
    if (!Glob)
      return error("--only={0}: {1}", Pattern, toString(Glob.takeError()));
    Options.Only.push_back(std::move(*Glob));
  }
  if (!SourceRootOption.empty()) {
    if (!llvm::sys::fs::is_directory(SourceRootOption))
      return error("--source-root={0}: no such directory", SourceRootOption);
    llvm::SmallString<256> Root(SourceRootOption);
    llvm::sys::fs::make_absolute(Root);
    llvm::sys::path::remove_dots(Root, /*remove_dot_dot=*/true);
    Options.SourceRoot = Root.str().rtrim('/').str();
  } else if (!Directory.CapturedSource.empty()) {
    Options.SourceRoot = Directory.CapturedSource;
  } else {
    Options.SourceRoot = guessSourceRoot(Commands);
  }
  return Options;
}

Expected<std::unique_ptr<Store>> openStore(const BuildDirectory &Directory) {
  std::string File = Database;
  if (File.empty()) {
    if (std::error_code EC = llvm::sys::fs::create_directories(Directory.StateDirectory))
      return error("cannot create {0} ({1}): give --db FILE in a directory that can be written to",
                   Directory.StateDirectory, EC.message());
    File = Directory.StateDirectory + "/gfpcheck.db";
  }
  return Store::open(File);
}

/// The analysis of the driver's units: the stored one if there is one, else made now
/// and stored. Nothing when interrupted.
Expected<std::optional<Analysis>> analyse(ExtractionDriver &Driver, Store &Db,
                                          const Model &TheModel, const CheckOptions &Options,
                                          PhaseTimes &Times) {
  {
    OrderlyInterrupt Orderly;
    if (Error E = Driver.extract())
      return std::move(E);
    if (Interrupted)
      return std::nullopt;
    Times.end("extract");

    Expected<std::optional<std::string>> Kept = Db.result(resultKey(Driver, TheModel, Options));
    if (!Kept)
      return Kept.takeError();
    if (*Kept && Options.DumpFunctions.empty()) {
      Expected<Analysis> Parsed = decodeAnalysis(**Kept);
      if (!Parsed)
        return Parsed.takeError();
      Times.end("reuse");
      return std::move(*Parsed);
    }
  }

  std::optional<LinkInput> Input;
  {
    OrderlyInterrupt Orderly;
    Expected<LinkInput> Loaded = Driver.load();
    if (!Loaded)
      return Loaded.takeError();
    if (Interrupted)
      return std::nullopt;
    Input = std::move(*Loaded);
  }
  Times.end("load");

  Program TheProgram = linkProgram(std::move(*Input), TheModel);
  Times.end("link");
  CheckResult Result = runChecks(TheProgram, TheModel, Options);
  Times.end("check");
  for (const std::string &Text : Result.Dumps)
    llvm::errs() << Text << '\n';

  Analysis Made{std::move(Result.Findings), {}, TheProgram.statLines()};
  llvm::append_range(Made.StatLines, Result.CapLines);
  if (size_t Missing = Driver.missingInlines())
    Made.Warnings.push_back(
        llvm::formatv("{0} header inlines have no summary; findings may be missing", Missing));
  for (const std::string &Inline : Driver.differingInlines())
    Made.Warnings.push_back("summaries differ between units: " + Inline);
  if (Error E = Db.putResult(resultKey(Driver, TheModel, Options), encodeAnalysis(Made)))
    return std::move(E);
  return Made;
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

void printNotes(const ExtractionDriver &Driver, const Analysis &Result, const PhaseTimes &Times) {
  std::vector<std::string> Dropped = Driver.droppedOptions();
  if (!Dropped.empty())
    llvm::errs() << "gfpcheck: note: options that Clang does not know were dropped: "
                 << llvm::join(Dropped, " ") << '\n';
  for (const std::string &Line : Result.Warnings)
    llvm::errs() << "gfpcheck: warning: " << Line << '\n';
  if (!Stats)
    return;
  for (const std::string &Line : Result.StatLines)
    llvm::errs() << Line << '\n';
  for (const std::string &Line : Times.lines())
    llvm::errs() << Line << '\n';
}

Error writeReport(const Report &R) {
  auto Write = [&](llvm::raw_ostream &OS, bool Color) {
    if (Format == OutputFormat::Json)
      writeJson(R, OS);
    else
      writeText(R, OS, Color);
  };
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

} // namespace

int analyzeCommand() {
  if (Error E = checkOptions())
    return fail(std::move(E));
  std::signal(SIGXFSZ, SIG_IGN); // a file-size limit shall be an error from write()
  PhaseTimes Times;

  Expected<CheckOptions> ChecksToRun = selectChecks();
  if (!ChecksToRun)
    return fail(ChecksToRun.takeError());
  Expected<Model> TheModel = loadModel(Models);
  if (!TheModel)
    return fail(TheModel.takeError());
  Expected<BuildDirectory> Directory = findBuildDirectory(Build);
  if (!Directory)
    return fail(Directory.takeError());
  Expected<std::vector<CompileCommand>> Commands = loadCompileDatabase(Directory->CompileCommands);
  if (!Commands)
    return fail(Commands.takeError());
  Expected<DriverOptions> Options = driverOptions(*Directory, *Commands, *TheModel);
  if (!Options)
    return fail(Options.takeError());
  Expected<std::unique_ptr<Store>> Db = openStore(*Directory);
  if (!Db)
    return fail(Db.takeError());
  for (auto [Name, Value] : {std::pair("source root", Options->SourceRoot),
                             std::pair("tool version", std::string(GFPCHECK_VERSION))})
    if (Error E = (*Db)->note(Name, Value))
      return fail(std::move(E));

  ExtractionDriver Driver(std::move(*Commands), **Db, std::move(*Options));
  if (Driver.selected() == 0)
    return fail(Only.empty() ? error("{0} has no compile commands", Directory->CompileCommands)
                             : error("--only={0} matches no unit of {1}", llvm::join(Only, ","),
                                     Directory->CompileCommands));
  if (Error E = Driver.findStale())
    return fail(std::move(E));
  Times.end("compare");

  Expected<std::optional<Analysis>> Result = analyse(Driver, **Db, *TheModel, *ChecksToRun, Times);
  if (!Result)
    return fail(Result.takeError());
  if (!*Result) {
    llvm::errs() << "gfpcheck: interrupted; what is done is kept, and the next run resumes\n";
    return ExitInterrupted;
  }

  Report TheReport;
  TheReport.ToolVersion = GFPCHECK_VERSION;
  TheReport.Units = Driver.counts();
  for (const Finding &F : (*Result)->Findings)
    if (F.Conf >= MinConfidence)
      TheReport.Findings.push_back(F);
  if (Error E = writeReport(TheReport))
    return fail(std::move(E));
  Times.end("report");
  printFailures(TheReport.Units);
  const std::string ProbeFailure = Driver.probeFailure();
  if (!ProbeFailure.empty())
    llvm::errs() << "gfpcheck: warning: the kernel's constants could not be read: " << ProbeFailure
                 << "; reclaim checks find nothing\n";
  printNotes(Driver, **Result, Times);
  if (!TheReport.Units.Failures.empty() || !ProbeFailure.empty())
    return ExitIncomplete;
  return TheReport.Findings.empty() ? 0 : 1;
}

} // namespace gfpcheck
