//===- RunTimes.cpp - Times of passes, and interrupts -------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/driver/RunTimes.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"
#include <sys/resource.h>

namespace gfpcheck {

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

PhaseTimes::PhaseTimes() : Cpu(cpu()) {}

void PhaseTimes::end(llvm::StringRef Phase) {
  Clock::time_point WallNow = Clock::now();
  double CpuNow = cpu();
  Lines.push_back(llvm::formatv(
      "time: {0,-8} {1,8:F2} s, {2,8:F2} s CPU, {3,6} MiB in use after it", Phase,
      std::chrono::duration<double>(WallNow - Wall).count(), CpuNow - Cpu, residentMiB()));
  Wall = WallNow;
  Cpu = CpuNow;
}

std::vector<std::string> PhaseTimes::lines() const {
  rusage R;
  getrusage(RUSAGE_SELF, &R);
  std::vector<std::string> Result = Lines;
  Result.push_back(llvm::formatv("memory: {0} MiB at most", R.ru_maxrss / 1024));
  return Result;
}

std::atomic<bool> Interrupted = false;

OrderlyInterrupt::OrderlyInterrupt() {
  struct sigaction Action = {};
  Action.sa_handler = [](int) { Interrupted = true; };
  Action.sa_flags = SA_RESETHAND | SA_RESTART;
  for (size_t I = 0; I != std::size(Signals); ++I)
    sigaction(Signals[I], &Action, &Before[I]);
}

OrderlyInterrupt::~OrderlyInterrupt() {
  for (size_t I = 0; I != std::size(Signals); ++I)
    sigaction(Signals[I], &Before[I], nullptr);
}

} // namespace gfpcheck
