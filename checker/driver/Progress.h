//===- Progress.h - The progress line on a terminal -----------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_DRIVER_PROGRESS_H
#define GFPCHECK_DRIVER_PROGRESS_H

#include <chrono>
#include <cstddef>
#include <mutex>

namespace gfpcheck {

/// One line on stderr, rewritten in place: done/total, failures, time left. Nothing
/// at all when stderr is not a terminal. Thread-safe.
class Progress {
public:
  explicit Progress(size_t Total);
  ~Progress(); ///< erases the line

  /// One more unit is done.
  void advance(bool Failed);

private:
  using Clock = std::chrono::steady_clock;
  void draw(Clock::time_point Now);

  std::mutex Mutex;
  const bool Shown;
  const size_t Total;
  size_t Done = 0, Failed = 0;
  const Clock::time_point Begin;
  Clock::time_point LastDrawn;
};

} // namespace gfpcheck

#endif // GFPCHECK_DRIVER_PROGRESS_H
