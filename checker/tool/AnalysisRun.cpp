//===- AnalysisRun.cpp - The pipeline as commands use it --------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pipeline: find out what is stale, extract it, load, link, check. When nothing has
// changed since a run with the same model and checks, what checking gave is taken from
// the store and the steps between are not made.
//
//===----------------------------------------------------------------------===//

#include "AnalysisRun.h"
#include "BuildDirectory.h"
#include "ExtractionDriver.h"
#include "Probe.h"
#include "RunTimes.h"
#include "gfpcheck/link/Program.h"
#include "gfpcheck/model/Model.h"
#include "gfpcheck/store/Store.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Threading.h"
#include "llvm/Support/thread.h"
#include "llvm/Support/xxhash.h"
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

//===----------------------------------------------------------------------===//
// Results in the store
//===----------------------------------------------------------------------===//

/// The executable stands for link, solve and checks.
uint64_t toolDigest() {
  // It cannot be unreadable; were it, digest 0 would only make its results those of another
  // unreadable one.
  static const uint64_t Digest = [] {
    auto Buffer = llvm::MemoryBuffer::getFile("/proc/self/exe", /*IsText=*/false,
                                              /*RequiresNullTerminator=*/false);
    return Buffer ? llvm::xxh3_64bits((*Buffer)->getBuffer()) : 0;
  }();
  return Digest;
}

uint64_t resultKey(uint64_t Program, const Model &TheModel, const CheckOptions &Options) {
  std::vector<std::string> Ids;
  for (const CheckInfo &Info : allChecks())
    if (Options.Ids.empty() || llvm::is_contained(Options.Ids, Info.Id))
      Ids.push_back(Info.Id);
  return llvm::xxh3_64bits(llvm::formatv("{0} {1} {2} {3}", toolDigest(), Program,
                                         TheModel.digest(), llvm::join(Ids, ","))
                               .str());
}

std::string encodeAnalysis(const Analysis &A) {
  const std::string Findings = encodeFindings(A.Findings);
  return llvm::formatv("{1}{0}{2}{0}{3}{0}", '\0', llvm::join(A.Warnings, "\n"),
                       llvm::join(A.StatLines, "\n"), Findings.size())
             .str() +
         Findings + encodeLocks(A.Locks);
}

Expected<Analysis> decodeAnalysis(llvm::StringRef Text) {
  llvm::StringRef Warnings, Statistics, Size;
  std::tie(Warnings, Text) = Text.split('\0');
  std::tie(Statistics, Text) = Text.split('\0');
  std::tie(Size, Text) = Text.split('\0');
  size_t FindingsSize = 0;
  if (Size.getAsInteger(10, FindingsSize) || FindingsSize > Text.size())
    return error("malformed result");
  auto Lines = [](llvm::StringRef Part) {
    llvm::SmallVector<llvm::StringRef> Pieces;
    Part.split(Pieces, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
    return std::vector<std::string>(Pieces.begin(), Pieces.end());
  };
  Expected<std::vector<Finding>> Findings = decodeFindings(Text.take_front(FindingsSize));
  if (!Findings)
    return Findings.takeError();
  Expected<std::vector<LockInfo>> Locks = decodeLocks(Text.drop_front(FindingsSize));
  if (!Locks)
    return Locks.takeError();
  return Analysis{std::move(*Findings), std::move(*Locks), Lines(Warnings), Lines(Statistics)};
}

//===----------------------------------------------------------------------===//
// The state of the last whole analysis, in a file beside the store
//===----------------------------------------------------------------------===//

/// What comes before the state. The file is a cache: one that is not whole, or another's, counts as
/// none.
struct StateHeader {
  char Magic[8] = {'g', 'f', 'p', 's', 't', 'a', 't', 'e'};
  uint64_t Tool = 0, Program = 0, Model = 0;
  uint64_t Size = 0, Digest = 0; ///< of what follows
};

StateHeader stateHeader(const Session &S, uint64_t Program) {
  StateHeader H;
  H.Tool = toolDigest();
  H.Program = Program;
  H.Model = llvm::xxh3_64bits(llvm::formatv("{0}", S.TheModel.digest()).str());
  return H;
}

llvm::StringRef stateOf(const llvm::MemoryBuffer &File) {
  return File.getBuffer().drop_front(sizeof(StateHeader));
}

std::optional<std::unique_ptr<llvm::MemoryBuffer>> readState(const Session &S, uint64_t Program,
                                                             bool HeaderOnly = false) {
  auto Buffer = llvm::MemoryBuffer::getFile(S.StateFile, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  StateHeader Found, Wanted = stateHeader(S, Program);
  if (!Buffer || (*Buffer)->getBufferSize() < sizeof Found)
    return std::nullopt;
  std::memcpy(&Found, (*Buffer)->getBufferStart(), sizeof Found);
  Wanted.Size = (*Buffer)->getBufferSize() - sizeof Found;
  Wanted.Digest = HeaderOnly ? Found.Digest : llvm::xxh3_64bits(stateOf(**Buffer));
  if (std::memcmp(&Found, &Wanted, sizeof Found) != 0)
    return std::nullopt;
  return std::move(*Buffer);
}

Error writeState(const Session &S, uint64_t Program, llvm::StringRef State) {
  StateHeader H = stateHeader(S, Program);
  H.Size = State.size();
  H.Digest = llvm::xxh3_64bits(State);
  if (Error E = llvm::writeToOutput(S.StateFile, [&](llvm::raw_ostream &OS) {
        OS.write(reinterpret_cast<const char *>(&H), sizeof H);
        OS << State;
        return Error::success();
      }))
    return error("cannot write {0} ({1}): give --db FILE on a disk with space", S.StateFile,
                 toString(std::move(E)));
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Passes
//===----------------------------------------------------------------------===//

Error checkOptions(const AnalysisOptions &Given) {
  if (Given.Build.empty())
    return error("{0} needs -p BUILD, the build directory with the compile_commands.json",
                 Given.Command.getName());
  if (Given.Jobs.getNumOccurrences() && (Given.Jobs == 0 || Given.Jobs > 1024))
    return error("-j {0}: give a number of threads from 1 to 1024", Given.Jobs.getValue());
  return Error::success();
}

Expected<DriverOptions> driverOptions(const AnalysisOptions &Given, const BuildDirectory &Directory,
                                      llvm::ArrayRef<CompileCommand> Commands,
                                      const Model &TheModel) {
  DriverOptions Options;
  Options.ProbeText = probeText(TheModel);
  Options.Threads = Given.Jobs ? Given.Jobs : llvm::hardware_concurrency().compute_thread_count();
  Options.SkipInlines = !Given.NoSkipInlines;
  Options.Interrupted = &Interrupted;
  for (const std::string &Pattern : Given.Only) {
    Expected<llvm::GlobPattern> Glob = llvm::GlobPattern::create(Pattern, /*MaxSubPatterns=*/1024);
    if (!Glob)
      return error("--only={0}: {1}", Pattern, toString(Glob.takeError()));
    Options.Only.push_back(std::move(*Glob));
  }
  if (!Given.SourceRoot.empty()) {
    if (!llvm::sys::fs::is_directory(Given.SourceRoot))
      return error("--source-root={0}: no such directory", Given.SourceRoot);
    llvm::SmallString<256> Root(Given.SourceRoot);
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

Expected<std::string> databaseFile(const AnalysisOptions &Given, const BuildDirectory &Directory) {
  if (!Given.Database.empty())
    return Given.Database;
  if (std::error_code EC = llvm::sys::fs::create_directories(Directory.StateDirectory))
    return error("cannot create {0} ({1}): give --db FILE in a directory that can be written to",
                 Directory.StateDirectory, EC.message());
  return Directory.StateDirectory + "/gfpcheck.db";
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

bool hasState(const Session &S, uint64_t Program) {
  return readState(S, Program, /*HeaderOnly=*/true).has_value();
}

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
  Expected<Model> TheModel = loadModel(Given.Models);
  if (!TheModel)
    return TheModel.takeError();
  Expected<BuildDirectory> Directory = findBuildDirectory(Given.Build);
  if (!Directory)
    return Directory.takeError();
  Expected<std::string> File = databaseFile(Given, *Directory);
  if (!File)
    return File.takeError();
  // The commands, megabytes of JSON, are read while the store is opened and its files looked at.
  std::optional<Expected<std::vector<CompileCommand>>> Commands;
  llvm::thread Reader([&] { Commands.emplace(loadCompileDatabase(Directory->CompileCommands)); });
  Expected<std::unique_ptr<Store>> Db = Store::open(*File);
  if (Db)
    (*Db)->files().refresh();
  Reader.join();
  if (!*Commands)
    return llvm::joinErrors(Commands->takeError(), Db.takeError());
  if (!Db)
    return Db.takeError();
  Expected<DriverOptions> Options = driverOptions(Given, *Directory, **Commands, *TheModel);
  if (!Options)
    return Options.takeError();
  for (auto [Name, Value] : {std::pair("source root", Options->SourceRoot),
                             std::pair("tool version", std::string(GFPCHECK_VERSION))})
    if (Error E = (*Db)->note(Name, Value))
      return std::move(E);
  return Session{std::move(*TheModel), std::move(*Directory), std::move(**Commands),
                 std::move(*Options),  std::move(*Db),        *File + ".state"};
}

/// The analysis of the driver's units: the stored one if there is one, else made now
/// and stored. Nothing when interrupted.
Expected<std::optional<Analysis>> analyse(ExtractionDriver &Driver, Session &S,
                                          const CheckOptions &Options, PhaseTimes &Times,
                                          bool NeedState) {
  {
    OrderlyInterrupt Orderly;
    if (Error E = Driver.extract())
      return std::move(E);
    if (Interrupted)
      return std::nullopt;
    Times.end("extract");

    Expected<std::optional<std::string>> Kept =
        S.Db->result(resultKey(Driver.programDigest(), S.TheModel, Options));
    if (!Kept)
      return Kept.takeError();
    if (*Kept && Options.DumpFunctions.empty() &&
        !(NeedState && !readState(S, Driver.programDigest()))) {
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

  // Neither is destroyed: the process ends soon, and half a gigabyte in small pieces takes a while.
  static std::vector<std::pair<Program *, Solution *>> Kept;
  auto [TheProgram, Solved] =
      Kept.emplace_back(new Program(linkProgram(std::move(*Input), S.TheModel)), nullptr);
  Times.end("link");
  if (Driver.hasOverlay() && !S.Anew)
    if (auto State = readState(S, Driver.storedDigest()))
      Solved = resolve(*TheProgram, S.TheModel, stateOf(**State), Driver.takeReplaced()).release();
  if (!Solved) {
    Error Written = Error::success();
    auto Keep = [&](llvm::StringRef State) {
      llvm::cantFail(std::move(Written));
      Written = writeState(S, Driver.programDigest(), State);
    };
    Solved = (Driver.hasOverlay() ? solve(*TheProgram, S.TheModel)
                                  : solve(*TheProgram, S.TheModel, Keep))
                 .release();
    if (Written)
      return std::move(Written);
  }
  Times.end("solve");
  CheckResult Result = runChecks(*Solved, Options);
  Times.end("check");
  for (const std::string &Text : Result.Dumps)
    llvm::errs() << Text << '\n';

  Analysis Made{std::move(Result.Findings), std::move(Result.Locks), {}, TheProgram->statLines()};
  llvm::append_range(Made.StatLines, Result.CapLines);
  if (size_t Missing = Driver.missingInlines())
    Made.Warnings.push_back(
        llvm::formatv("{0} header inlines have no summary; findings may be missing", Missing));
  for (const std::string &Inline : Driver.differingInlines())
    Made.Warnings.push_back("summaries differ between units: " + Inline);
  // What is kept is of the tree; the results of patches would soon drive it out.
  if (Driver.hasOverlay())
    return Made;
  if (Error E = S.Db->putResult(resultKey(Driver.programDigest(), S.TheModel, Options),
                                encodeAnalysis(Made)))
    return std::move(E);
  return Made;
}

int runAnalysis(const AnalysisOptions &Given, const CheckOptions &Checks, Answer Respond) {
  PhaseTimes Times;
  Expected<Session> S = openSession(Given);
  if (!S)
    return fail(S.takeError());
  ExtractionDriver Driver(S->Commands, *S->Db, S->Driver);
  if (Driver.selected() == 0)
    return fail(Given.Only.empty()
                    ? error("{0} has no compile commands", S->Directory.CompileCommands)
                    : error("--only={0} matches no unit of {1}", llvm::join(Given.Only, ","),
                            S->Directory.CompileCommands));
  if (Error E = Driver.findStale())
    return fail(std::move(E));
  Times.end("compare");

  Expected<std::optional<Analysis>> Result = analyse(Driver, *S, Checks, Times);
  if (!Result)
    return fail(Result.takeError());
  if (!*Result) {
    llvm::errs() << "gfpcheck: interrupted; what is done is kept, and the next run resumes\n";
    return ExitInterrupted;
  }

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
  const std::string &Output = Options.Output;
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
