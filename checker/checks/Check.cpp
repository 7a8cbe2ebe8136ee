//===- Check.cpp - Registry of checks --------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/checks/Check.h"
#include "Checks.h"
#include "FlagFixes.h"
#include "gfpcheck/summary/Dump.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/TimeProfiler.h"
#include "llvm/Support/thread.h"
#include <atomic>
#include <map>

using namespace llvm;

namespace gfpcheck {

static const CheckInfo Registry[] = {
    {"gfp-mismatch",
     "asks for memory with flags that contradict each other, or others than it was given",
     checkGfpMismatch},
    {"memalloc-scope", "a memalloc scope is not ended, or not by whoever began it",
     checkMemallocScope},
    {"mempool-reentry", "relies on a pool that has nothing left, or that may fail",
     checkMempoolReentry},
    {"nonblocking-notifier", "blocks in a callback in which the OOM reaper must make progress",
     checkNonblockingNotifier},
    {"oom-path", "waits for memory where an OOM victim's memory is to be freed", checkOomPath},
    {"opencoded-nofail", "an allocation is retried until it succeeds", checkOpencodedNofail},
    {"reclaim-lock-inversion",
     "an allocation under a lock lets reclaim in, which waits for that lock",
     checkReclaimLockInversion},
    {"reclaim-reentry",
     "an allocation lets reclaim call back into what the caller is in the middle of",
     checkReclaimReentry, /*OfDefects=*/true},
    {"reclaim-workqueue", "what reclaim waits for needs a workqueue without WQ_MEM_RECLAIM",
     checkReclaimWorkqueue},
    {"sleep-in-atomic", "may sleep while a spinlock is held, preemption is off, or in interrupt",
     checkSleepInAtomic, /*OfDefects=*/true},
};

ArrayRef<CheckInfo> allChecks() { return Registry; }

std::string fingerprint(ArrayRef<std::string> Parts) {
  BLAKE3 Hash;
  for (const std::string &Part : Parts) {
    Hash.update(Part);
    Hash.update(StringRef("\0", 1));
  }
  auto Bytes = Hash.final<8>();
  return toHex(Bytes, /*LowerCase=*/true);
}

CheckResult runChecks(const Solution &S, const CheckOptions &O) {
  const Program &P = S.P;
  TimeTraceScope Trace("check");
  CheckResult R;
  std::vector<const CheckInfo *> ToRun;
  for (const CheckInfo &C : Registry)
    if (O.Ids.empty() || is_contained(O.Ids, C.Id))
      ToRun.push_back(&C);
  std::vector<std::vector<Finding>> Found(ToRun.size());
  std::atomic<size_t> Next = 0;
  auto Run = [&] {
    for (size_t I; (I = Next++) < ToRun.size();)
      ToRun[I]->Run(S, Found[I]);
  };
  llvm::thread Beside(Run); // most of the time goes to a few
  Run();
  Beside.join();
  std::vector<Finding> All;
  for (std::vector<Finding> &List : Found)
    std::move(List.begin(), List.end(), std::back_inserter(All));
  // One finding an id: the surest, then the one with the shortest path.
  auto Length = [](const Finding &F) {
    size_t N = 0;
    for (const Path &X : F.Paths)
      N += X.Steps.size();
    return N;
  };
  std::map<std::string, Finding> ById;
  for (Finding &F : All) {
    if (S.OnlyUnit && F.File != P.Units[*S.OnlyUnit].MainFile)
      continue;
    auto [It, New] = ById.try_emplace(F.Id, F);
    if (New)
      continue;
    auto Key = [&](const Finding &X) {
      return std::tuple(-int(X.Conf), Length(X), X.Line, X.Message);
    };
    if (Key(F) < Key(It->second))
      It->second = std::move(F);
  }
  for (auto &[Id, F] : ById)
    R.Findings.push_back(std::move(F));
  llvm::sort(R.Findings, [](const Finding &A, const Finding &B) {
    return std::tie(A.File, A.Line, A.Check, A.Id) < std::tie(B.File, B.Line, B.Check, B.Id);
  });
  SourceText Source(O.Source);
  placeFlagFixes(S, Source, R.Findings);
  if (!S.OnlyUnit)
    R.Locks = describeLocks(S);
  R.CapLines = S.statLines();
  for (const std::string &Name : O.DumpFunctions)
    for (FuncId F = 0; F != P.Functions.size(); ++F)
      if (P.functionName(F) == Name)
        R.Dumps.push_back(dumpFunction(P.Units[P.Functions[F].Unit], P.function(F)) +
                          dumpEffects(S, F));
  return R;
}

} // namespace gfpcheck
