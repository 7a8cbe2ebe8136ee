//===- EditorSession.cpp - Findings for files as they are edited ------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// clangd has a thread a file, which parses each version of it and does nothing else for that file
// in the meantime, and asks again for a version that it has parsed before. An answer comes from
// the first of these that has one:
//
//  1. what was answered to the same text;
//  2. the stored findings of the last analysis, if the unit is as it was then. A file that is only
//     looked at needs nothing else;
//  3. if the text has errors, what was last known of the file, moved to where its lines are now.
//     Half a statement says nothing of locks, and would give false findings while typing;
//  4. one of the last answers, if the code is the same and only where it is has changed;
//  5. the program, with the unit as the text has it in place of the stored one.
//
// The program takes seconds to load. One thread does that, as soon as a file of the build is seen,
// and then judges the files that have been seen, so that the first edit finds everything ready. It
// holds the program while it does; who cannot have it within the budget answers with 3, and says
// so. A compiler, whose process has one file to look at, waits instead.
//
// Clang and the solver are run where a crash does not end the process. After one, gfpcheck is off.
//
//===----------------------------------------------------------------------===//

#include "EditorSession.h"
#include "AnalysedBuild.h"
#include "BuildSearch.h"
#include "LineShift.h"
#include "Relocate.h"
#include "UnitParser.h"
#include "clang/Basic/Stack.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/thread.h"
#include "llvm/Support/xxhash.h"
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

using namespace llvm;
using Clock = std::chrono::steady_clock;

namespace gfpcheck::plugin {

namespace {

/// How long a file that has only been opened may keep others from the program.
constexpr std::chrono::seconds Preparation{5};

/// How long it is waited for a database where nobody waits for the answer, and how soon one that
/// could not be used is looked at again.
constexpr std::chrono::seconds Patience{10}, RetryAfter{2};

/// Runs \p Body on a thread with much stack; false if it crashed.
bool runGuarded(function_ref<void()> Body) {
  CrashRecoveryContext::Enable();
  CrashRecoveryContext Recovery;
  return Recovery.RunSafelyOnThread(Body, 2 * clang::DesiredStackSize);
}

/// Reads what is below the source root, and \p Text for the file \p Name.
SourceText::Reader readerOf(const std::string &Root, const std::string &Name, StringRef Text) {
  return [Disk = SourceText::below(Root), Name, Text = Text.str()](StringRef File) {
    return File == Name ? MemoryBuffer::getMemBufferCopy(Text, Name) : Disk(File);
  };
}

int64_t milliseconds(Clock::duration D) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(D).count();
}

/// What was found in one version of a unit.
struct Version {
  TuSummary Summary;
  std::vector<Finding> Findings;
  bool ChangesTables = false; ///< LiveProgram::Answer
};

/// What is kept of one main file.
struct FileState {
  uint64_t Digest = 0; ///< of the text that Last answers in full; 0: none
  std::string Text;    ///< that Findings are of
  std::vector<Finding> Findings;
  bool ChangesTables = false;
  std::vector<std::shared_ptr<const Version>> Versions; ///< the latest first; a few
  bool Seen = true;
};

/// The first one, of the file as it was opened, stays: it is what undoing leads back to.
void addVersion(FileState &S, Version New) {
  constexpr size_t Max = 4;
  S.Versions.insert(S.Versions.begin(), std::make_shared<Version>(std::move(New)));
  if (S.Versions.size() > Max)
    S.Versions.erase(S.Versions.end() - 2);
}

/// One build and its program. Whoever holds Busy may use the members below it.
struct Build {
  SessionOptions Options;
  std::unique_ptr<AnalysedBuild> Analysed; ///< null: Failure says why
  std::string Failure;
  uint64_t Stamp = 0;       ///< AnalysedBuild::stamp() when it was opened
  Clock::time_point Opened; ///< or tried

  std::timed_mutex Busy;
  std::unique_ptr<LiveProgram> Program;
  std::optional<UnitParser> Parser;
  std::string ProgramFailure; ///< why there is no program
  Clock::time_point Tried;    ///< to load it
  bool Crashed = false;
  std::atomic<bool> Loaded = false; ///< there will be no more waiting; for who does not hold Busy

  void load() {
    if (Program || Crashed || !Analysed ||
        (!ProgramFailure.empty() && Clock::now() < Tried + RetryAfter))
      return;
    ProgramFailure.clear();
    AnalysedBuild::awaitDatabase(Options, Clock::now() + Patience);
    const bool Sound = runGuarded([&] {
      Expected<std::unique_ptr<LiveProgram>> Opened = LiveProgram::open(Options);
      if (!Opened) {
        ProgramFailure = toString(Opened.takeError());
        return;
      }
      Program = std::move(*Opened);
      Parser.emplace(Analysed->sourceRoot(), *Program);
    });
    Crashed |= !Sound;
    Tried = Clock::now();
    Loaded = true;
  }

  TuResult parse(const AnalysedBuild::Unit &U, StringRef Path, StringRef Text) {
    return Parser->parse(U.Command, Path, U.Name, Text);
  }
};

} // namespace

struct EditorSession::Impl {
  std::mutex Mutex; ///< guards the members below, but not what Builds point to
  std::map<std::string, std::shared_ptr<Build>> Builds; ///< by build directory and database
  StringMap<FileState> Files;                           ///< by path
  StringMap<std::string> NoticeFiles; ///< by notice: the file that shows it, as others need not

  std::condition_variable Wake;
  std::deque<std::function<void()>> Tasks;
  bool Ending = false;
  std::optional<llvm::thread> Worker;

  ~Impl();
  void enqueue(std::function<void()> Task);
  void work();
  std::shared_ptr<Build> findBuild(const SessionOptions &Options, Clock::time_point Deadline);
  void inform(Verdict &V, const Edit &E, const std::string &Text);
  FileState see(StringRef Path);
  void judge(const Edit &E, const Settings &S, Verdict &V);
  FileState judgeAnew(Build &B, const AnalysedBuild::Unit &U, const Edit &E, const Settings &S,
                      const FileState &Known, Clock::time_point Deadline, std::string &Failure);
  void prepare(const std::shared_ptr<Build> &B, const AnalysedBuild::Unit &U, const Edit &E);
};

EditorSession::Impl::~Impl() {
  {
    std::lock_guard Lock(Mutex);
    Ending = true;
    Tasks.clear();
  }
  Wake.notify_all();
  if (Worker)
    Worker->join();
}

void EditorSession::Impl::enqueue(std::function<void()> Task) {
  std::lock_guard Lock(Mutex);
  Tasks.push_back(std::move(Task));
  if (!Worker)
    Worker.emplace(std::optional<unsigned>(2 * clang::DesiredStackSize), [this] { work(); });
  Wake.notify_all();
}

void EditorSession::Impl::work() {
  std::unique_lock Lock(Mutex);
  for (;;) {
    Wake.wait(Lock, [&] { return Ending || !Tasks.empty(); });
    if (Ending)
      return;
    std::function<void()> Task = std::move(Tasks.front());
    Tasks.pop_front();
    Lock.unlock();
    Task();
    Task = nullptr;
    Lock.lock();
  }
}

/// The build with the options, opened if it has not been or has been analysed again since. Holds
/// Mutex while it opens.
std::shared_ptr<Build> EditorSession::Impl::findBuild(const SessionOptions &Options,
                                                      Clock::time_point Deadline) {
  std::lock_guard Lock(Mutex);
  std::shared_ptr<Build> &B = Builds[Options.Build + '\0' + Options.Database];
  const uint64_t Stamp = AnalysedBuild::stamp(Options);
  if (B && B->Stamp == Stamp && (B->Analysed || Clock::now() < B->Opened + RetryAfter))
    return B;
  auto New = std::make_shared<Build>();
  New->Options = Options;
  AnalysedBuild::awaitDatabase(Options, std::min(Deadline, Clock::now() + Patience));
  Expected<std::unique_ptr<AnalysedBuild>> Opened = AnalysedBuild::open(Options);
  if (Opened)
    New->Analysed = std::move(*Opened);
  else
    New->Failure = toString(Opened.takeError());
  // Opening may write to the database.
  New->Stamp = AnalysedBuild::stamp(Options);
  New->Opened = Clock::now();
  Files.clear();
  if (New->Analysed)
    NoticeFiles.clear();
  return B = std::move(New);
}

/// Adds a notice, unless another file shows it.
void EditorSession::Impl::inform(Verdict &V, const Edit &E, const std::string &Text) {
  std::lock_guard Lock(Mutex);
  auto [It, New] = NoticeFiles.try_emplace(Text, E.File);
  if (It->second == E.File)
    V.Notices.push_back(Text);
}

/// What is known of the file, which is not Seen the first time.
FileState EditorSession::Impl::see(StringRef Path) {
  std::lock_guard Lock(Mutex);
  auto [It, New] = Files.try_emplace(Path);
  FileState Out = It->second;
  Out.Seen = !New;
  return Out;
}

/// Has the program loaded and the file judged, so that an edit of it will be answered quickly.
void EditorSession::Impl::prepare(const std::shared_ptr<Build> &B, const AnalysedBuild::Unit &U,
                                  const Edit &E) {
  enqueue([this, B, &U, Path = E.File, Text = E.Text.str()] {
    std::lock_guard Lock(B->Busy);
    B->load();
    if (B->Program && !B->Crashed && !runGuarded([&] {
          // The first may have to parse headers for their inlines, the second uses what it has
          // left.
          B->parse(U, Path, Text);
          TuResult Unit = B->parse(U, Path, Text);
          if (Unit.Failed)
            return;
          {
            std::lock_guard Lock(Mutex);
            FileState &Known = Files[Path];
            if (Known.Text == Text)
              addVersion(Known, {Unit.Summary, Known.Findings, Known.ChangesTables});
          }
          B->Program->judge(std::move(Unit), readerOf(B->Analysed->sourceRoot(), U.Name, Text),
                            Clock::now() + Preparation);
        }))
      B->Crashed = true;
  });
}

void EditorSession::Impl::judge(const Edit &E, const Settings &S, Verdict &V) {
  const Clock::time_point Deadline =
      E.ForEditor ? Clock::now() + S.Budget : Clock::time_point::max();
  Expected<SessionOptions> Options = plugin::findBuild(S, E.Directory, E.File);
  if (!Options)
    return inform(V, E, toString(Options.takeError()));
  const std::shared_ptr<Build> B = findBuild(*Options, Deadline);
  if (!B->Analysed)
    return inform(V, E, B->Failure);
  V.SourceRoot = B->Analysed->sourceRoot();
  const AnalysedBuild::Unit *U = B->Analysed->find(E.File);
  if (!U) {
    if (StringRef(E.File).ends_with(".c"))
      inform(V, E,
             formatv("{0} is not compiled in {1}, so nothing is said about it",
                     sys::path::filename(E.File), B->Options.Build));
    return;
  }
  if (std::string Stale = B->Analysed->staleness(); !Stale.empty())
    inform(V, E, Stale);

  FileState Known = see(E.File);
  const uint64_t Digest = InputFiles::contentDigest(E.Text);
  if (Known.Digest != Digest) {
    if (E.ForEditor && !Known.Seen)
      prepare(B, *U, E);
    std::string Failure;
    FileState New;
    if (U->Digest == Digest)
      New = {Digest, E.Text.str(), U->Findings, false, Known.Versions, true};
    else if (!E.HasErrors)
      New = judgeAnew(*B, *U, E, S, Known, Deadline, Failure);
    if (New.Digest) {
      std::lock_guard Lock(Mutex);
      Known = Files[E.File] = std::move(New);
    } else if (!New.Text.empty()) {
      Known = std::move(New); // better than nothing, and not to be kept
    } else {
      Known.Findings = relocate(Known.Findings, U->Name, Known.Text, E.Text);
    }
    if (!Failure.empty())
      inform(V, E, Failure);
  }
  V.Findings = std::move(Known.Findings);
  if (Known.ChangesTables)
    inform(V, E,
           (sys::path::filename(E.File) +
            " puts other functions in tables than it did, or passes "
            "them on: who calls them there is known after the next "
            "'gfpcheck analyze -p " +
            B->Options.Build + "'")
               .str());
}

/// The findings of \p E by the program, with Digest if that is all there is to say. Without Text
/// there are none; \p Failure says why.
FileState EditorSession::Impl::judgeAnew(Build &B, const AnalysedBuild::Unit &U, const Edit &E,
                                         const Settings &S, const FileState &Known,
                                         Clock::time_point Deadline, std::string &Failure) {
  std::unique_lock Lock(B.Busy, std::defer_lock);
  if (!E.ForEditor)
    Lock.lock();
  else if (!Lock.try_lock_until(Deadline)) {
    Failure = B.Loaded ? "busy with another file: this one is judged when it is changed again"
                       : "still loading the program: this file is judged when it is changed again";
    return {};
  }
  B.load();
  Failure = B.ProgramFailure;
  FileState Out;
  if (B.Program && !B.Crashed)
    B.Crashed = !runGuarded([&] {
      const Clock::time_point Begin = Clock::now();
      TuResult Unit = B.parse(U, E.File, E.Text);
      const Clock::time_point Parsed = Clock::now();
      if (Unit.Failed) {
        Failure = "cannot parse this as it was analysed: " + Unit.FirstError;
        return;
      }
      Out.Text = E.Text.str();
      Out.Versions = Known.Versions;
      TuSummary Summary = Unit.Summary;
      LiveProgram::Answer A;
      std::optional<std::vector<Finding>> Shifted;
      for (const std::shared_ptr<const Version> &Old : Known.Versions)
        if ((Shifted = shiftLines(Old->Findings, Old->Summary, Summary))) {
          A.Findings = std::move(*Shifted);
          A.ChangesTables = Old->ChangesTables;
          break;
        }
      if (!Shifted) {
        A = B.Program->judge(std::move(Unit), readerOf(B.Analysed->sourceRoot(), U.Name, E.Text),
                             Deadline);
      }
      Out.Findings = std::move(A.Findings);
      Out.ChangesTables = A.ChangesTables;
      if (A.Complete) {
        Out.Digest = InputFiles::contentDigest(E.Text);
        if (!Shifted)
          addVersion(Out, {std::move(Summary), Out.Findings, A.ChangesTables});
      } else {
        if (Out.Findings.empty())
          Out.Text.clear(); // what was known of other lines says more
        Failure = formatv("not done in {0} ms (GFPCHECK_BUDGET): only what functions do by "
                          "themselves is shown",
                          S.Budget.count());
      }
      if (S.Verbose)
        errs() << formatv("gfpcheck: {0}: {1} findings{2}; parsed in {3} ms, judged in {4} ms\n",
                          U.Name, Out.Findings.size(), A.Complete ? "" : " so far",
                          milliseconds(Parsed - Begin), milliseconds(Clock::now() - Parsed));
    });
  if (B.Crashed) {
    Failure = std::string("gfpcheck crashed, and is off until ") +
              (E.ForEditor ? "clangd is restarted" : "the next file") +
              "; please report this, with the file";
    return {};
  }
  return Out;
}

EditorSession::EditorSession() : P(std::make_unique<Impl>()) {}
EditorSession::~EditorSession() = default;

EditorSession &EditorSession::get() {
  // Destroyed before the libraries that the worker is using.
  static EditorSession TheSession;
  return TheSession;
}

Verdict EditorSession::judge(const Edit &E, const Settings &S) {
  Verdict V;
  P->judge(E, S, V);
  erase_if(V.Findings, [&](const Finding &F) { return F.Conf < S.MinConfidence; });
  return V;
}

} // namespace gfpcheck::plugin
