//===- Session.cpp - The pipeline over one build ----------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pipeline: find out what is stale, extract it, load, link, check. When nothing has
// changed since a run with the same model and checks, what checking gave is taken from
// the store and the steps between are not made.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/driver/Session.h"
#include "gfpcheck/driver/Probe.h"
#include "gfpcheck/index/ProgramIndex.h"
#include "gfpcheck/link/Program.h"
#include "gfpcheck/report/Report.h"
#include "gfpcheck/solve/Solver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Threading.h"
#include "llvm/Support/thread.h"
#include "llvm/Support/xxhash.h"

using llvm::Error;
using llvm::Expected;

namespace gfpcheck {

namespace {

//===----------------------------------------------------------------------===//
// Results in the store
//===----------------------------------------------------------------------===//

uint64_t resultKey(const CacheKey &Key, const CheckOptions &Options) {
  std::vector<std::string> Ids;
  for (const CheckInfo &Info : allChecks())
    if (Options.Ids.empty() || llvm::is_contained(Options.Ids, Info.Id))
      Ids.push_back(Info.Id);
  return llvm::xxh3_64bits(
      llvm::formatv("{0} {1} {2} {3}", Key.Version, Key.Program, Key.Model, llvm::join(Ids, ","))
          .str());
}

std::string encodeAnalysis(const Analysis &A) {
  const std::string Findings = encodeFindings(A.Findings);
  std::vector<std::string> Sources;
  for (const auto &[File, Digest] : A.Sources)
    Sources.push_back(llvm::formatv("{0:x-} {1}", Digest, File));
  llvm::sort(Sources);
  return llvm::formatv("{1:x-}{0}{2}{0}{3}{0}{4}{0}{5}{0}", '\0', analysisVersion(),
                       llvm::join(A.Warnings, "\n"), llvm::join(A.StatLines, "\n"),
                       llvm::join(Sources, "\n"), Findings.size())
             .str() +
         Findings + encodeLocks(A.Locks);
}

/// What findings point into, as it was analysed. A name that is more than one line is left out.
llvm::StringMap<uint64_t> sourcesOf(const Analysis &A, const ExtractionDriver &Driver) {
  llvm::StringMap<uint64_t> Out;
  auto Add = [&](llvm::StringRef File) {
    if (File.contains('\n') || File.contains('\0') || !Out.try_emplace(File).second)
      return;
    if (auto Buffer = Driver.readSource(File))
      Out[File] = InputFiles::contentDigest(Buffer->getBuffer());
  };
  for (const Finding &F : A.Findings) {
    Add(F.File);
    for (const Path &P : F.Paths)
      for (const Step &S : P.Steps)
        Add(S.File);
  }
  return Out;
}

Expected<Analysis> decodeAnalysis(llvm::StringRef Text) {
  llvm::StringRef Version, Warnings, Statistics, Sources, Size;
  std::tie(Version, Text) = Text.split('\0');
  if (Version != llvm::utohexstr(analysisVersion(), /*LowerCase=*/true))
    return error("a result of another version");
  std::tie(Warnings, Text) = Text.split('\0');
  std::tie(Statistics, Text) = Text.split('\0');
  std::tie(Sources, Text) = Text.split('\0');
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
  Analysis Out{
      std::move(*Findings), std::move(*Locks), Lines(Warnings), Lines(Statistics), {}, {}, nullptr};
  for (const std::string &Line : Lines(Sources)) {
    auto [Digest, File] = llvm::StringRef(Line).split(' ');
    if (Digest.getAsInteger(16, Out.Sources[File]))
      return error("malformed result");
  }
  return Out;
}

//===----------------------------------------------------------------------===//
// Opening
//===----------------------------------------------------------------------===//

Expected<DriverOptions> driverOptions(const SessionOptions &Given, const BuildDirectory &Directory,
                                      llvm::ArrayRef<CompileCommand> Commands,
                                      const Model &TheModel) {
  DriverOptions Options;
  Options.ProbeText = probeText(TheModel);
  Options.Threads = Given.Jobs ? Given.Jobs : llvm::hardware_concurrency().compute_thread_count();
  Options.SkipInlines = Given.SkipInlines;
  Options.Interrupted = &Interrupted;
  Options.OnlyTexts = std::make_shared<const std::vector<std::string>>(Given.Only);
  for (const std::string &Pattern : *Options.OnlyTexts) {
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

Expected<std::string> databaseFile(const SessionOptions &Given, const BuildDirectory &Directory) {
  if (!Given.Database.empty())
    return Given.Database;
  if (std::error_code EC = llvm::sys::fs::create_directories(Directory.StateDirectory))
    return error("cannot create {0} ({1}): give --db FILE in a directory that can be written to",
                 Directory.StateDirectory, EC.message());
  return Directory.StateDirectory + "/gfpcheck.db";
}

} // namespace

Expected<Session> openSession(const SessionOptions &Given) {
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
  return Session{std::move(*TheModel),
                 std::move(*Directory),
                 std::move(**Commands),
                 std::move(*Options),
                 std::move(*Db),
                 CacheFile(*File + ".state", "gfpstate"),
                 CacheFile(*File + ".index", "gfpindex")};
}

Expected<std::optional<Analysis>> storedAnalysis(Session &S, uint64_t Program,
                                                 const CheckOptions &Options) {
  Expected<std::optional<std::string>> Stored = S.Db->result(resultKey(S.key(Program), Options));
  if (!Stored)
    return Stored.takeError();
  if (!*Stored)
    return std::nullopt;
  Expected<Analysis> Parsed = decodeAnalysis(**Stored);
  if (!Parsed)
    return Parsed.takeError();
  return std::move(*Parsed);
}

Expected<std::optional<Analysis>> analyse(ExtractionDriver &Driver, Session &S,
                                          const CheckOptions &Options, PhaseTimes &Times,
                                          Need Also) {
  {
    OrderlyInterrupt Orderly;
    if (Error E = Driver.extract())
      return std::move(E);
    if (Interrupted)
      return std::nullopt;
    Times.end("extract");
  }
  const CacheKey Key = S.key(Driver.programDigest());
  std::unique_ptr<llvm::MemoryBuffer> Index = Also == Need::Index ? S.Index.read(Key) : nullptr;
  if (Options.DumpFunctions.empty() && (Also != Need::State || S.State.has(Key)) &&
      (Also != Need::Index || Index)) {
    Expected<std::optional<Analysis>> Stored = storedAnalysis(S, Key.Program, Options);
    if (!Stored)
      return Stored.takeError();
    if (*Stored) {
      (*Stored)->Index = std::move(Index);
      Times.end("reuse");
      return Stored;
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
  // Loading may have parsed again what was damaged.
  const CacheKey Now = S.key(Driver.programDigest());

  // Neither is destroyed: the process ends soon, and half a gigabyte in small pieces takes a while.
  static std::vector<std::pair<Program *, Solution *>> Undestroyed;
  auto [TheProgram, Solved] =
      Undestroyed.emplace_back(new Program(linkProgram(std::move(*Input), S.TheModel)), nullptr);
  Times.end("link");
  if (Driver.hasOverlay() && !S.Anew)
    if (auto State = S.State.read(S.key(Driver.storedDigest())))
      Solved =
          resolve(*TheProgram, S.TheModel, State->getBuffer(), Driver.takeReplaced()).release();
  if (!Solved) {
    Error Written = Error::success();
    auto Keep = [&](llvm::StringRef State) {
      llvm::cantFail(std::move(Written));
      Written = S.State.write(Now, State);
    };
    Solved = (Driver.hasOverlay() ? solve(*TheProgram, S.TheModel)
                                  : solve(*TheProgram, S.TheModel, Keep))
                 .release();
    if (Written)
      return std::move(Written);
  }
  Times.end("solve");
  CheckOptions WithSource = Options;
  WithSource.Source = [&](llvm::StringRef File) { return Driver.readSource(File); };
  CheckResult Result = runChecks(*Solved, WithSource);
  Times.end("check");
  for (const std::string &Text : Result.Dumps)
    llvm::errs() << Text << '\n';

  Analysis Made{std::move(Result.Findings),
                std::move(Result.Locks),
                {},
                TheProgram->statLines(),
                {},
                {},
                nullptr};
  llvm::append_range(Made.StatLines, Result.CapLines);
  if (size_t Missing = Driver.missingInlines())
    Made.Warnings.push_back(
        llvm::formatv("{0} header inlines have no summary; findings may be missing", Missing));
  for (const std::string &Inline : Driver.differingInlines())
    Made.Warnings.push_back("summaries differ between units: " + Inline);
  // What is kept is of the tree; the results of patches would soon drive it out.
  if (Driver.hasOverlay())
    return Made;
  Made.Sources = sourcesOf(Made, Driver);
  if (Error E = S.Index.write(Now, writeIndex(*Solved)))
    return std::move(E);
  if (Also == Need::Index && !(Made.Index = S.Index.read(Now)))
    return error("cannot read {0}, which was just written: give --db FILE elsewhere",
                 S.Index.path());
  Times.end("index");
  if (Error E = S.Db->putResult(resultKey(Now, Options), encodeAnalysis(Made)))
    return std::move(E);
  return Made;
}

Error storedAnalyses(Session &S, llvm::function_ref<bool(const Analysis &)> Next) {
  return S.Db->results([&](llvm::StringRef Text) {
    Expected<Analysis> Stored = decodeAnalysis(Text);
    if (Stored)
      return Next(*Stored);
    llvm::consumeError(Stored.takeError()); // another version's, which is of no use
    return true;
  });
}

} // namespace gfpcheck
