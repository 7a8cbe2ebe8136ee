//===- GateCommand.cpp - gfpcheck gate --------------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What does a patch introduce? The program is analysed as it is with the patch and as
// it is without, and the findings are compared by fingerprint. One of the two is on
// disk, the other is an overlay of the changed files; neither changes the tree.
//
// The store and the state of the last whole analysis beside it are the anchor: only units
// that read a file which differs from what the store knows are parsed, in memory, and only
// what depends on them is solved again. Without an anchor the tree on disk is analysed
// first, as `gfpcheck analyze` would.
//
// Exit status: 0 nothing introduced, 1 something of the confidence asked for, 2 could not
// run, 3 incomplete, 130 interrupted.
//
//===----------------------------------------------------------------------===//

#include "AnalysisRun.h"
#include "ChangeSet.h"
#include "Commands.h"
#include "NewUnits.h"
#include "ReportOptions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace cl = llvm::cl;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace gfpcheck {

cl::SubCommand GateSubcommand("gate", "Say what a patch introduces, and what it fixes");

namespace {

AnalysisOptions Options(GateSubcommand);
ReportOptions Reporting(Options);
auto In = cl::sub(GateSubcommand);
auto OfGate = cl::cat(Options.Category);

cl::list<std::string>
    Patches("patch", cl::desc("Patch to judge: a diff, mail or mbox, - for stdin. May be repeated"),
            cl::value_desc("FILE"), OfGate, In);
cl::opt<bool> Anew("anew", cl::desc("Solve the patched program from nothing, to compare"),
                   cl::Hidden, OfGate, In);
cl::opt<bool> Applied("applied", cl::desc("The tree has the patches already"), OfGate, In);
cl::opt<std::string> Base("base",
                          cl::desc("Judge what the work tree changes since REV, or A..B of which "
                                   "one is checked out"),
                          cl::value_desc("REV"), OfGate, In);
cl::opt<Confidence>
    FailOn("fail-on",
           cl::desc("Exit with 1 on findings of at least this confidence (default: medium)"),
           cl::values(clEnumValN(Confidence::High, "high", ""),
                      clEnumValN(Confidence::Medium, "medium", ""),
                      clEnumValN(Confidence::Low, "low", "")),
           cl::init(Confidence::Medium), OfGate, In);

/// More stale units than this are not worth being kept apart from what the store has.
constexpr size_t ManyStale = 500;

/// Files that decide what is compiled, and how.
bool decidesBuild(StringRef Name) {
  const StringRef Base = llvm::sys::path::filename(Name);
  return Base.starts_with("Kconfig") || Base.starts_with("Makefile") ||
         Base.starts_with("Kbuild") || Base.ends_with(".mk") || Name.starts_with("scripts/") ||
         Base.ends_with("_defconfig");
}

bool isSource(StringRef Name) { return Name.ends_with(".c") || Name.ends_with(".h"); }

/// One side of the patch.
struct Side {
  SourceOverlay Overlay;
  std::vector<CompileCommand> Commands;
};

class Gate {
public:
  Gate(Session &S, ChangeSet Changes) : S(S), Changes(std::move(Changes)), Readable(readable()) {}

  Expected<int> run(const CheckOptions &Checks, const Baseline &Known, PhaseTimes &Times) {
    Side Before = side(/*IsAfter=*/false), After = side(/*IsAfter=*/true);
    Expected<bool> Anchored = findAnchor(Checks, Times);
    if (!Anchored)
      return Anchored.takeError();
    if (!*Anchored)
      return ExitInterrupted;

    ExtractionDriver Old(Before.Commands, *S.Db, options(Before)),
        New(After.Commands, *S.Db, options(After));
    std::optional<Analysis> Results[2];
    for (auto [Driver, Result] : {std::pair(&Old, &Results[0]), std::pair(&New, &Results[1])}) {
      if (Error E = Driver->findStale())
        return std::move(E);
      Times.end("compare");
      Expected<std::optional<Analysis>> Made = analyse(*Driver, S, Checks, Times);
      if (!Made)
        return Made.takeError();
      if (!*Made)
        return ExitInterrupted;
      *Result = std::move(**Made);
    }

    Report TheReport = Reporting.report(
        compare(Results[0]->Findings, Results[1]->Findings, New.counts()), New.counts(), Known);
    TheReport.Gate = info();
    if (Error E = Reporting.write(TheReport, Results[1]->Findings, Known))
      return std::move(E);
    Times.end("report");
    const bool Bad = llvm::any_of(
        TheReport.Findings, [](const Finding &F) { return isReported(F) && F.Conf >= FailOn; });
    const bool Complete = printNotes(New, *Results[1], Times, Options.Stats) && NoCommand.empty();
    for (const std::string &Name : NoCommand)
      llvm::errs() << "gfpcheck: warning: " << Name
                   << " is new, and how Kbuild would compile it is not known: findings may be "
                      "missing; capture the patched tree\n";
    return !Complete ? ExitIncomplete : Bad ? 1 : 0;
  }

private:
  std::string absolute(StringRef Name) const { return S.Driver.SourceRoot + "/" + Name.str(); }

  Side side(bool IsAfter) {
    Side Out;
    const bool OnDisk = IsAfter != Changes.DiskIsBefore;
    llvm::StringMap<bool> Missing; // on this side
    for (const auto &[Name, Change] : Changes.Files) {
      const std::optional<std::string> &Content = IsAfter ? Change.After : Change.Before;
      Missing[absolute(Name)] = !Content;
      if (!OnDisk)
        Out.Overlay.Files[absolute(Name)] = Content;
    }
    Out.Overlay.Readable = Readable;
    for (const CompileCommand &C : S.Commands)
      if (!Missing.lookup(absoluteFile(C)))
        Out.Commands.push_back(C);
    addNewUnits(IsAfter, Out);
    return Out;
  }

  // Files that this side has, the other has not, and no command is for.
  void addNewUnits(bool IsAfter, Side &Out) {
    llvm::StringSet<> Compiled;
    for (const CompileCommand &C : S.Commands)
      Compiled.insert(absoluteFile(C));
    for (const auto &[Name, Change] : Changes.Files) {
      const std::optional<std::string> &Here = IsAfter ? Change.After : Change.Before;
      const std::optional<std::string> &There = IsAfter ? Change.Before : Change.After;
      if (!Here || There || !StringRef(Name).ends_with(".c") || Compiled.contains(absolute(Name)))
        continue;
      const KbuildObject Object = findObject(makefile(Name, IsAfter), llvm::sys::path::stem(Name),
                                             [&](StringRef Symbol) { return config(Symbol); });
      if (Object.Module.empty()) {
        NotBuilt.insert(Name);
        continue;
      }
      if (auto Command = commandOfNewFile(absolute(Name), Object, S.Commands))
        Out.Commands.push_back(std::move(*Command));
      else
        NoCommand.insert(Name);
    }
  }

  std::string makefile(StringRef Name, bool IsAfter) const {
    for (StringRef File : {"/Kbuild", "/Makefile"}) { // Kbuild prefers the first
      const std::string Path = (llvm::sys::path::parent_path(Name) + File).str();
      if (auto It = Changes.Files.find(Path); It != Changes.Files.end()) {
        if (const auto &Content = IsAfter ? It->second.After : It->second.Before)
          return *Content;
      } else if (auto Buffer = llvm::MemoryBuffer::getFile(absolute(Path))) {
        return (*Buffer)->getBuffer().str();
      }
    }
    return "";
  }

  /// The value of a configuration symbol, from what Kbuild made of .config.
  std::string config(StringRef Symbol) {
    if (!Config) {
      Config.emplace();
      if (!S.Commands.empty())
        if (auto Buffer = llvm::MemoryBuffer::getFile(S.Commands.front().Directory +
                                                      "/include/config/auto.conf"))
          for (StringRef Line : llvm::split((*Buffer)->getBuffer(), '\n')) {
            auto [Name, Value] = Line.split('=');
            (*Config)[Name] = Value.str();
          }
    }
    return Config->lookup(Symbol);
  }

  /// Where the sources of a kernel build lie.
  std::vector<std::string> readable() const {
    std::set<std::string> Roots = {S.Driver.SourceRoot, S.Directory.Path};
    for (const CompileCommand &C : S.Commands) {
      Roots.insert(C.Directory);
      for (size_t I = 0; I != C.Args.size(); ++I)
        for (StringRef Option : {"-I", "-isystem", "-iquote", "-include"}) {
          StringRef Value = C.Args[I];
          if (!Value.consume_front(Option))
            continue;
          if (Value.empty() && I + 1 != C.Args.size())
            Value = C.Args[I + 1];
          if (llvm::sys::path::is_absolute(Value) && !Value.starts_with(S.Driver.SourceRoot + "/"))
            Roots.insert(Value.str());
        }
    }
    std::vector<std::string> Out;
    for (const std::string &Root : Roots) {
      llvm::SmallString<256> Real;
      if (!llvm::sys::fs::real_path(Root, Real))
        Out.push_back(Real.str().str());
    }
    return Out;
  }

  DriverOptions options(const Side &Of) const {
    DriverOptions Out = S.Driver;
    Out.Overlay = &Of.Overlay;
    return Out;
  }

  /// Makes the store and the state beside it agree; false: interrupted.
  Expected<bool> findAnchor(const CheckOptions &Checks, PhaseTimes &Times) {
    ExtractionDriver Disk(S.Commands, *S.Db, S.Driver);
    if (Error E = checkSelected(Disk, S, Options))
      return std::move(E);
    if (Error E = Disk.findStale())
      return std::move(E);
    Times.end("compare");
    if (Disk.stale() <= ManyStale && S.State.has(S.key(Disk.storedDigest())))
      return true;
    Expected<std::optional<Analysis>> Made = analyse(Disk, S, Checks, Times, Need::State);
    if (!Made)
      return Made.takeError();
    return Made->has_value();
  }

  static bool isIn(const Finding &F, const llvm::StringSet<> &Files) {
    return Files.contains(F.File) || llvm::any_of(F.Paths, [&](const Path &P) {
             return llvm::any_of(P.Steps, [&](const Step &X) { return Files.contains(X.File); });
           });
  }

  /// What could not be parsed is not fixed.
  static std::vector<Finding> compare(llvm::ArrayRef<Finding> Old, llvm::ArrayRef<Finding> New,
                                      const UnitCounts &NewUnits) {
    const Confidence Least = Reporting.Findings.MinConfidence;
    llvm::StringMap<const Finding *> Before, After;
    for (const Finding &F : Old)
      if (F.Conf >= Least)
        Before[F.Id] = &F;
    for (const Finding &F : New)
      if (F.Conf >= Least)
        After[F.Id] = &F;
    std::vector<Finding> Out;
    auto Add = [&](const Finding &F, PatchStatus Status) {
      Out.push_back(F);
      Out.back().Status = Status;
    };
    for (const Finding &F : New)
      if (After.lookup(F.Id) == &F && !Before.contains(F.Id))
        Add(F, PatchStatus::Introduced);
    llvm::StringSet<> Failed;
    for (const UnitFailure &F : NewUnits.Failures)
      Failed.insert(F.File);
    for (const Finding &F : Old)
      if (Before.lookup(F.Id) == &F && !After.contains(F.Id))
        Add(F, isIn(F, Failed) ? PatchStatus::Preexisting : PatchStatus::Fixed);
    for (const Finding &F : New)
      if (After.lookup(F.Id) == &F && Before.contains(F.Id))
        Add(F, PatchStatus::Preexisting);
    return Out;
  }

  GateInfo info() const {
    GateInfo Out;
    Out.Subject = Changes.Subject;
    Out.Files = Changes.Files.size();
    Out.Reproduce = "gfpcheck gate -p " + Options.Build;
    if (!Base.empty())
      Out.Reproduce += " --base " + Base;
    for (const std::string &Name : Patches)
      Out.Reproduce += " --patch " + Name;
    if (Applied)
      Out.Reproduce += " --applied";
    std::set<std::string> Unread = NotBuilt;
    for (const auto &[Name, Change] : Changes.Files) {
      if (decidesBuild(Name))
        Out.Recapture.push_back(Name);
      else if (isSource(Name) && Change.Before && Change.After &&
               !S.Db->files().find(absolute(Name)))
        Unread.insert(Name);
    }
    Out.NotBuilt.assign(Unread.begin(), Unread.end());
    return Out;
  }

  Session &S;
  ChangeSet Changes;
  const std::vector<std::string> Readable;
  std::set<std::string> NotBuilt, NoCommand;
  std::optional<llvm::StringMap<std::string>> Config;
};

} // namespace

int gateCommand() {
  if (Base.empty() == Patches.empty())
    return fail(
        error("gate needs to know what to judge: --patch FILE (- for stdin), or --base REV"));
  if (Applied && Patches.empty())
    return fail(error("--applied says of --patch FILE that the tree has it: give one"));
  PhaseTimes Times;
  Expected<CheckOptions> Checks = Reporting.Findings.selected();
  if (!Checks)
    return fail(Checks.takeError());
  Expected<Baseline> Known = Reporting.baseline();
  if (!Known)
    return fail(Known.takeError());
  Expected<Session> S = openSession(Options);
  if (!S)
    return fail(S.takeError());
  S->Anew = Anew;
  Expected<ChangeSet> Changes = Base.empty() ? readPatches(Patches, S->Driver.SourceRoot, Applied)
                                             : readRange(Base, S->Driver.SourceRoot);
  if (!Changes)
    return fail(Changes.takeError());
  Expected<int> Status = Gate(*S, std::move(*Changes)).run(*Checks, *Known, Times);
  if (!Status)
    return fail(Status.takeError());
  if (*Status == ExitInterrupted)
    llvm::errs() << "gfpcheck: interrupted; what is done is kept, and the next run resumes\n";
  return *Status;
}

} // namespace gfpcheck
