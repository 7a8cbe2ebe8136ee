//===- RunTimes.h - Times of passes, and interrupts ---------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_DRIVER_RUNTIMES_H
#define GFPCHECK_DRIVER_RUNTIMES_H

#include "llvm/ADT/StringRef.h"
#include <atomic>
#include <chrono>
#include <csignal>
#include <iterator>
#include <string>
#include <vector>

namespace gfpcheck {

/// Wall and processor time of each pass, for --stats.
class PhaseTimes {
  using Clock = std::chrono::steady_clock;
  Clock::time_point Wall = Clock::now();
  double Cpu;
  std::vector<std::string> Lines;

public:
  PhaseTimes();
  /// The pass that began when the last one ended has ended.
  void end(llvm::StringRef Phase);
  std::vector<std::string> lines() const;
};

/// Set by SIGINT and SIGTERM while an OrderlyInterrupt lives.
extern std::atomic<bool> Interrupted;

/// While one lives, the first SIGINT or SIGTERM only asks for an orderly end; the
/// second one kills.
class OrderlyInterrupt {
  static constexpr int Signals[] = {SIGINT, SIGTERM};
  struct sigaction Before[std::size(Signals)] = {};

public:
  OrderlyInterrupt();
  ~OrderlyInterrupt();
};

} // namespace gfpcheck

#endif // GFPCHECK_DRIVER_RUNTIMES_H
