//===- LockInfo.h - What is known of a lock class -------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The two halves of the lock graph at one lock class: reclaim waits for the lock, and
// the lock is held across an allocation that may enter reclaim. Each alone is no bug.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_REPORT_LOCKINFO_H
#define GFPCHECK_REPORT_LOCKINFO_H

#include "gfpcheck/report/Finding.h"

namespace gfpcheck {

/// "any", "io", "fs"; the strings of the JSON contract. nullptr for None.
inline constexpr const char *reclaimLevelName(ReclaimLevel L) {
  return L == ReclaimLevel::Any  ? "any"
         : L == ReclaimLevel::Io ? "io"
         : L == ReclaimLevel::Fs ? "fs"
                                 : nullptr;
}

struct LockInfo {
  std::string Class;                            ///< "record.member" or a variable
  ReclaimLevel Reclaim = ReclaimLevel::None;    ///< the lowest at which reclaim waits for it
  ReclaimLevel Allocation = ReclaimLevel::None; ///< of the strongest allocation made under it
  std::string Function;                         ///< that holds it across that allocation
  std::string Message;                          ///< all this as one line
  /// The way of reclaim to the lock, and from the lock to that allocation, where there are
  /// such.
  std::vector<Path> Paths;
};

} // namespace gfpcheck

#endif // GFPCHECK_REPORT_LOCKINFO_H
