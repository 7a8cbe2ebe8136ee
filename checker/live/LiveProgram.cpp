//===- LiveProgram.cpp - A solved program that is being edited --------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One thread solves, one edit after the other; who asks waits for it no longer than until the
// deadline. What is solved later is kept for when the same is asked again.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/live/LiveProgram.h"
#include "gfpcheck/link/Program.h"
#include "gfpcheck/solve/LiveSolution.h"
#include "clang/Basic/Stack.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/thread.h"
#include "llvm/Support/xxhash.h"
#include <condition_variable>
#include <malloc.h>
#include <mutex>

using llvm::Error;
using llvm::Expected;

namespace gfpcheck {

struct LiveProgram::Impl {
  struct KnownInline {
    std::string File, Name;
    uint32_t Line;
    uint64_t FileDigest, TokenHash;
  };

  /// An edit, and what has been found out about it.
  struct Job {
    uint64_t Digest = 0;
    uint32_t Unit = 0;
    TuSummary Summary;
    SourceText::Reader Source;
    Answer Known;
    bool HasKnown = false, Done = false;
  };

  Model TheModel;
  std::vector<KnownInline> Inlines;
  std::unique_ptr<Program> TheProgram;
  std::unique_ptr<LiveSolution> Solved;
  std::optional<EntityIndex> Entities;
  llvm::StringMap<uint32_t> Units; ///< by main file

  std::mutex Mutex; ///< guards the rest
  std::condition_variable Changed;
  std::shared_ptr<Job> Next, Current; ///< Current: the one that is being solved, or was last
  bool Ending = false;
  std::optional<llvm::thread> Worker;

  ~Impl() {
    {
      std::lock_guard Lock(Mutex);
      Ending = true;
    }
    Changed.notify_all();
    if (Worker)
      Worker->join();
  }

  void work();
  void solve(Job &J);
  Answer check(const Solution &S, const Job &J, bool Whole) const;
};

LiveProgram::LiveProgram(std::unique_ptr<Impl> P) : P(std::move(P)) {}
LiveProgram::~LiveProgram() = default;

Expected<std::unique_ptr<LiveProgram>> LiveProgram::open(const SessionOptions &Options) {
  auto P = std::make_unique<Impl>();
  std::unique_ptr<llvm::MemoryBuffer> State;
  {
    Expected<Session> S = openSession(Options);
    if (!S)
      return S.takeError();
    DriverOptions AsStored = S->Driver;
    AsStored.AsStored = true;
    ExtractionDriver Driver(std::move(S->Commands), *S->Db, std::move(AsStored));
    if (Error E = Driver.findStale())
      return std::move(E);
    State = S->State.read(S->key(Driver.storedDigest()));
    if (!State || Driver.stale())
      return error("{0} has no complete analysis by this version of gfpcheck: run gfpcheck analyze "
                   "-p {1}",
                   S->State.path(), Options.Build);
    Expected<LinkInput> Input = Driver.load();
    if (!Input)
      return Input.takeError();
    for (const InlineUnit &I : Input->Inlines)
      P->Inlines.push_back({I.File, I.Name, I.Line, I.FileDigest, I.TokenHash});
    P->TheModel = std::move(S->TheModel);
    P->TheProgram = std::make_unique<Program>(linkProgram(std::move(*Input), P->TheModel));
  }
  const size_t Tus = P->TheProgram->Units.size() - P->Inlines.size();
  for (uint32_t U = 0; U != Tus; ++U)
    P->Units.try_emplace(P->TheProgram->Units[U].MainFile, U);
  P->Entities.emplace(*P->TheProgram);
  P->Solved = LiveSolution::load(*P->TheProgram, P->TheModel, State->getBuffer());
  if (!P->Solved)
    return error("the state of the last analysis cannot be used: run gfpcheck analyze -p {0}",
                 Options.Build);
  State.reset();
  malloc_trim(0); // what was only needed to load
  return std::unique_ptr<LiveProgram>(new LiveProgram(std::move(P)));
}

void LiveProgram::addKnownInlines(Extractor &E) const {
  for (const Impl::KnownInline &I : P->Inlines)
    E.addKnownInline(I.File, I.Line, I.Name, I.FileDigest, I.TokenHash);
}

void LiveProgram::Impl::work() {
  std::unique_lock Lock(Mutex);
  for (;;) {
    Changed.wait(Lock, [&] { return Ending || Next; });
    if (Ending)
      return;
    Current = std::move(Next);
    const std::shared_ptr<Job> J = Current;
    Lock.unlock();
    solve(*J);
    Lock.lock();
    J->Done = true;
    Changed.notify_all();
  }
}

LiveProgram::Answer LiveProgram::Impl::check(const Solution &S, const Job &J, bool Whole) const {
  CheckOptions Options;
  Options.Source = J.Source;
  for (const CheckInfo &C : allChecks())
    if (Whole || C.OfDefects)
      Options.Ids.push_back(C.Id);
  Answer Out;
  Out.Findings = runChecks(S, Options).Findings;
  return Out;
}

void LiveProgram::Impl::solve(Job &J) {
  UnitOverlay Change(*TheProgram, *Entities, J.Unit, std::move(J.Summary));
  Solved->with(Change, J.Unit, [&](const Solution &S, LiveSolution::Stage Stage) {
    const bool Whole = Stage == LiveSolution::Stage::Whole;
    Answer Found = check(S, J, Whole);
    Found.Complete = Whole;
    Found.ChangesTables = Change.changesTables();
    std::lock_guard Lock(Mutex);
    J.Known = std::move(Found);
    J.HasKnown = true;
    return !Next && !Ending; // a newer edit goes first
  });
}

LiveProgram::Answer LiveProgram::judge(TuResult &&Unit, SourceText::Reader Source,
                                       std::chrono::steady_clock::time_point Deadline) {
  const auto It = P->Units.find(Unit.Summary.MainFile);
  if (It == P->Units.end())
    return {};
  const uint64_t Digest = llvm::xxh3_64bits(encodeSummary(Unit.Summary));
  std::unique_lock Lock(P->Mutex);
  if (!P->Worker)
    P->Worker.emplace(std::optional<unsigned>(8 * clang::DesiredStackSize),
                      [Impl = P.get()] { Impl->work(); });
  std::shared_ptr<Impl::Job> J;
  if (P->Current && P->Current->Digest == Digest)
    J = P->Current;
  if (!J || (J->Done && !J->Known.Complete)) {
    J = std::make_shared<Impl::Job>();
    J->Digest = Digest;
    J->Unit = It->second;
    J->Summary = std::move(Unit.Summary);
    J->Source = std::move(Source);
    P->Next = J;
    P->Changed.notify_all();
  }
  auto Ready = [&] { return J->Done; };
  if (Deadline == std::chrono::steady_clock::time_point::max())
    P->Changed.wait(Lock, Ready);
  else
    P->Changed.wait_until(Lock, Deadline, Ready);
  if (J->HasKnown)
    return J->Known;
  Answer None;
  None.Complete = false;
  return None;
}

} // namespace gfpcheck
