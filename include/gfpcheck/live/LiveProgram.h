//===- LiveProgram.h - A solved program that is being edited --------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_LIVE_LIVEPROGRAM_H
#define GFPCHECK_LIVE_LIVEPROGRAM_H

#include "gfpcheck/driver/Session.h"
#include "gfpcheck/extract/Extract.h"
#include <chrono>
#include <memory>
#include <vector>

namespace gfpcheck {

/// The solved program of a database, kept in memory, that one unit at a time can be laid over.
class LiveProgram {
public:
  /// Loads what \p Options name and the state beside the database, both as the last analysis left
  /// them, and closes the database again. Error: one sentence that says what to do where that
  /// cannot be: no database, locked, of another version, not analysed as a whole.
  static llvm::Expected<std::unique_ptr<LiveProgram>> open(const SessionOptions &Options);
  ~LiveProgram();

  /// Tells \p E of the header inlines that the program has.
  void addKnownInlines(Extractor &E) const;

  struct Answer {
    std::vector<Finding> Findings; ///< those located in the unit's main file, of all confidences
    /// False: the deadline came first. Findings are what functions do by themselves, and the answer
    /// to the same unit is worked out meanwhile.
    bool Complete = true;
    /// Functions are put in tables, or passed on, that were not before: what calls them there is
    /// known to the next analysis only.
    bool ChangesTables = false;
  };

  /// The program with \p Unit in place of the unit with the same main file; nothing if there is
  /// none. \p Source reads files, that one as it has been edited. Not thread-safe.
  Answer judge(TuResult &&Unit, SourceText::Reader Source,
               std::chrono::steady_clock::time_point Deadline);

private:
  struct Impl;
  std::unique_ptr<Impl> P;
  explicit LiveProgram(std::unique_ptr<Impl> P);
};

} // namespace gfpcheck

#endif // GFPCHECK_LIVE_LIVEPROGRAM_H
