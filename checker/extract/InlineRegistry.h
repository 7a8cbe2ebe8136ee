//===- InlineRegistry.h - Which header inlines are summarised -------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_INLINEREGISTRY_H
#define GFPCHECK_EXTRACT_INLINEREGISTRY_H

#include "BodyReading.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <condition_variable>
#include <mutex>

namespace gfpcheck::extract {

/// Identity of a header inline: file, content of that file, line and name.
using InlineKey = uint64_t;
InlineKey inlineKey(llvm::StringRef File, uint64_t FileDigest, uint32_t Line, llvm::StringRef Name);

/// The header inlines that some TU of the run, or the store, has a summary of, with
/// the token hashes of their known variants.
///
/// A TU asks decide() at each header inline it meets. The first one owns the inline
/// and must publish() or abandon() it as soon as it is parsed, before it waits for
/// anybody. A TU that skipped a body asks isKnown() for the tokens it saw; if they are
/// those of no known variant it has to parse the inline after all. Thread-safe.
class InlineRegistry {
public:
  enum class Decision {
    Skip,    ///< summarised, or being summarised, by somebody else
    Own,     ///< nobody has it: the caller parses and then publishes it
    Variant, ///< differs between TUs: always parsed
  };
  Decision decide(InlineKey Key);

  /// Returns true if this variant was not known: the caller's summary of it is the one
  /// to keep.
  bool publish(InlineKey Key, uint64_t TokenHash);
  void abandon(InlineKey Key);

  /// Waits for the owner if there is one.
  bool isKnown(InlineKey Key, uint64_t TokenHash);

  /// The known readings of an inline; each is one of a published variant. The
  /// pointers stay valid.
  llvm::SmallVector<const BodyReading *, 2> readings(InlineKey Key);
  /// Adds one whose variant is published, unless there are very many already (the
  /// inline depends on something that every TU defines for itself).
  void addReading(InlineKey Key, std::unique_ptr<BodyReading> Reading);

  MacroNames Names;

private:
  static constexpr unsigned MaxReadings = 12;
  struct Entry {
    bool HasOwner = false;
    llvm::SmallVector<uint64_t, 1> Variants;
    llvm::SmallVector<std::unique_ptr<BodyReading>, 1> Readings;
  };
  struct Shard {
    std::mutex Mutex;
    std::condition_variable Changed;
    llvm::DenseMap<InlineKey, Entry> Entries;
  };
  static constexpr unsigned ShardCount = 32;
  Shard &shard(InlineKey Key) { return Shards[Key >> 32 & (ShardCount - 1)]; }
  Shard Shards[ShardCount];
};

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_INLINEREGISTRY_H
