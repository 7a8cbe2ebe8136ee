//===- TokenHasher.h - What a function body says after expansion ----*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_TOKENHASHER_H
#define GFPCHECK_EXTRACT_TOKENHASHER_H

#include "BodyReading.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Token.h"
#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace gfpcheck::extract {

/// Watches the expanded token stream of a TU and hashes what stands between the braces
/// of each top-level pair, whether the parser looks at it or skips it. Two bodies with
/// equal hashes have the same summary (given that the declarations they name are the
/// same). Not hashed, because no summary depends on it: the contents and number of
/// adjacent string literals; decimal numbers that the preprocessor made (__LINE__,
/// __COUNTER__), in names only if they came from __COUNTER__.
class TokenHasher {
public:
  /// Recorder is told of the tokens, too, while it is recording.
  TokenHasher(const clang::SourceManager &SM, ReadingRecorder &Recorder,
              const CounterUses &Counters)
      : SM(SM), Recorder(Recorder), Counters(Counters) {}

  void add(const clang::Token &Token);

  /// Number of the top-level pair that was opened last.
  uint32_t current() const { return Hashes.empty() ? 0 : Hashes.size() - 1; }
  /// Where the pair that was opened last begins.
  clang::SourceLocation openLoc() const { return OpenLoc; }
  /// Hash of pair Number; never 0. Meaningful once it is closed.
  uint64_t hash(uint32_t Number) const { return Number < Hashes.size() ? Hashes[Number] | 1 : 1; }

private:
  bool isPasted(clang::SourceLocation Loc);

  const clang::SourceManager &SM;
  ReadingRecorder &Recorder;
  const CounterUses &Counters;
  clang::SourceLocation OpenLoc;
  std::vector<uint64_t> Hashes;
  uint64_t State = 0;
  unsigned Depth = 0;
  bool AfterString = false;
  llvm::DenseMap<clang::FileID, bool> Scratch;
};

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_TOKENHASHER_H
