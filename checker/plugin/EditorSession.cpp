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
//  4. the program, with the unit as the text has it in place of the stored one.
//
// The program takes seconds to load. One thread does that, as soon as a file of the build is seen,
// and then parses the files that have been seen, so that the first edit finds everything ready. It
// holds the program while it does; who cannot have it within the budget answers with 3, and says
// so. A compiler, whose process has one file to look at, waits instead.
//
// Clang and the solver are run where a crash does not end the process. After one, gfpcheck is off.
//
//===----------------------------------------------------------------------===//

#include "EditorSession.h"
#include "AnalysedBuild.h"
#include "BuildSearch.h"
#include "Relocate.h"
#include "UnitParser.h"
#include "clang/Basic/Stack.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/thread.h"
#include "llvm/Support/xxhash.h"
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

using namespace llvm;
using Clock = std::chrono::steady_clock;

namespace gfpcheck::plugin {

namespace {

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

/// What is kept of one main file.
struct FileState {
  uint64_t Digest = 0; ///< of the text that Last answers in full; 0: none
  std::string Text;    ///< that Findings are of
  std::vector<Finding> Findings;
  bool Seen = false;
};

/// One build and its program. Whoever holds Busy may use the members below it.
struct Build {
  SessionOptions Options;
  std::unique_ptr<AnalysedBuild> Analysed; ///< null: Failure says why
  std::string Failure;
  uint64_t Stamp = 0; ///< AnalysedBuild::stamp() when it was opened

  std::timed_mutex Busy;
  std::unique_ptr<LiveProgram> Program;
  std::optional<UnitParser> Parser;
  std::string ProgramFailure; ///< why there is no program
  bool Crashed = false;

  void load() {
    if (Program || !ProgramFailure.empty() || Crashed || !Analysed)
      return;
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
  std::shared_ptr<Build> findBuild(const SessionOptions &Options);
  void inform(Verdict &V, const Edit &E, const std::string &Text);
  void judge(const Edit &E, const Settings &S, Verdict &V);
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
std::shared_ptr<Build> EditorSession::Impl::findBuild(const SessionOptions &Options) {
  std::lock_guard Lock(Mutex);
  std::shared_ptr<Build> &B = Builds[Options.Build + '\0' + Options.Database];
  const uint64_t Stamp = AnalysedBuild::stamp(Options);
  if (B && B->Stamp == Stamp)
    return B;
  auto New = std::make_shared<Build>();
  New->Options = Options;
  Expected<std::unique_ptr<AnalysedBuild>> Opened = AnalysedBuild::open(Options);
  if (Opened)
    New->Analysed = std::move(*Opened);
  else
    New->Failure = toString(Opened.takeError());
  // Opening may write to the database.
  New->Stamp = AnalysedBuild::stamp(Options);
  Files.clear();
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

/// Has the program loaded and the file parsed, so that an edit of it will be answered quickly.
void EditorSession::Impl::prepare(const std::shared_ptr<Build> &B, const AnalysedBuild::Unit &U,
                                  const Edit &E) {
  enqueue([B, &U, Path = E.File, Text = E.Text.str()] {
    std::lock_guard Lock(B->Busy);
    B->load();
    if (B->Parser && !runGuarded([&] { B->parse(U, Path, Text); }))
      B->Crashed = true;
  });
}

void EditorSession::Impl::judge(const Edit &E, const Settings &S, Verdict &V) {
  const Clock::time_point Deadline =
      E.ForEditor ? Clock::now() + S.Budget : Clock::time_point::max();
  Expected<SessionOptions> Options = plugin::findBuild(S, E.Directory, E.File);
  if (!Options)
    return inform(V, E, toString(Options.takeError()));
  const std::shared_ptr<Build> B = findBuild(*Options);
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

  const uint64_t Digest = InputFiles::contentDigest(E.Text);
  FileState Before;
  {
    std::lock_guard Lock(Mutex);
    auto [It, New] = Files.try_emplace(E.File);
    if (!New && It->second.Digest == Digest) {
      V.Findings = It->second.Findings;
      return;
    }
    Before = It->second;
    It->second.Seen = true;
  }
  if (E.ForEditor && !Before.Seen)
    prepare(B, *U, E);
  auto Remember = [&] {
    std::lock_guard Lock(Mutex);
    Files[E.File] = {Digest, E.Text.str(), V.Findings, /*Seen=*/true};
  };
  auto AnswerMoved = [&] { V.Findings = relocate(Before.Findings, U->Name, Before.Text, E.Text); };
  if (U->Digest == Digest) {
    V.Findings = U->Findings;
    return Remember();
  }
  if (E.HasErrors)
    return AnswerMoved();

  std::unique_lock Lock(B->Busy, std::defer_lock);
  if (!E.ForEditor)
    Lock.lock();
  if (!Lock.owns_lock() && !Lock.try_lock_until(Deadline)) {
    AnswerMoved();
    return inform(V, E, "still loading the program: changes are judged with the next one");
  }
  B->load();
  if (!B->ProgramFailure.empty()) {
    AnswerMoved();
    return inform(V, E, B->ProgramFailure);
  }
  std::string Failure;
  bool Complete = true;
  Clock::duration Parsing{};
  const Clock::time_point Start = Clock::now();
  if (!B->Crashed)
    B->Crashed = !runGuarded([&] {
      const Clock::time_point Begin = Clock::now();
      TuResult Unit = B->parse(*U, E.File, E.Text);
      Parsing = Clock::now() - Begin;
      if (Unit.Failed) {
        Failure = Unit.FirstError;
        return;
      }
      LiveProgram::Answer A =
          B->Program->judge(std::move(Unit), readerOf(V.SourceRoot, U->Name, E.Text), Deadline);
      V.Findings = std::move(A.Findings);
      Complete = A.Complete;
    });
  if (S.Verbose)
    errs() << formatv("gfpcheck: {0}: {1} findings; parsed in {2} ms, judged in {3} ms\n", U->Name,
                      V.Findings.size(), milliseconds(Parsing),
                      milliseconds(Clock::now() - Start - Parsing));
  if (B->Crashed) {
    AnswerMoved();
    return inform(V, E,
                  "it crashed, and is off until " +
                      std::string(E.ForEditor ? "clangd is restarted" : "the next file") +
                      "; please report this, with the file");
  }
  if (!Failure.empty()) {
    AnswerMoved();
    return inform(V, E, "cannot parse this as it was analysed: " + Failure);
  }
  if (!Complete)
    return inform(V, E,
                  formatv("not done in {0} ms (GFPCHECK_BUDGET): only what each function does "
                          "by itself is shown",
                          S.Budget.count()));
  Remember();
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
