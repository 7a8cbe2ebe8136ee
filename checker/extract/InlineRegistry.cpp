//===- InlineRegistry.cpp - Which header inlines are summarised -----------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InlineRegistry.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

namespace gfpcheck::extract {

InlineKey inlineKey(llvm::StringRef File, uint64_t FileDigest, uint32_t Line,
                    llvm::StringRef Name) {
  llvm::SmallString<256> Text = File;
  Text.push_back(0);
  Text += Name;
  Text.push_back(0);
  Text.append(reinterpret_cast<const char *>(&FileDigest),
              reinterpret_cast<const char *>(&FileDigest + 1));
  Text.append(reinterpret_cast<const char *>(&Line), reinterpret_cast<const char *>(&Line + 1));
  // The two largest numbers are DenseMap's own.
  return llvm::xxh3_64bits(Text.str()) >> 1;
}

InlineRegistry::Decision InlineRegistry::decide(InlineKey Key) {
  Shard &S = shard(Key);
  std::lock_guard Lock(S.Mutex);
  Entry &E = S.Entries[Key];
  if (E.Variants.size() > 1)
    return Decision::Variant;
  if (E.HasOwner || !E.Variants.empty())
    return Decision::Skip;
  E.HasOwner = true;
  return Decision::Own;
}

bool InlineRegistry::publish(InlineKey Key, uint64_t TokenHash) {
  Shard &S = shard(Key);
  bool New = false;
  {
    std::lock_guard Lock(S.Mutex);
    Entry &E = S.Entries[Key];
    E.HasOwner = false;
    if (!llvm::is_contained(E.Variants, TokenHash)) {
      E.Variants.push_back(TokenHash);
      New = true;
    }
  }
  S.Changed.notify_all();
  return New;
}

void InlineRegistry::abandon(InlineKey Key) {
  Shard &S = shard(Key);
  {
    std::lock_guard Lock(S.Mutex);
    S.Entries[Key].HasOwner = false;
  }
  S.Changed.notify_all();
}

bool InlineRegistry::isKnown(InlineKey Key, uint64_t TokenHash) {
  Shard &S = shard(Key);
  std::unique_lock Lock(S.Mutex);
  for (;;) {
    Entry &E = S.Entries[Key];
    if (llvm::is_contained(E.Variants, TokenHash))
      return true;
    if (!E.HasOwner)
      return false;
    S.Changed.wait(Lock);
  }
}

llvm::SmallVector<const BodyReading *, 2> InlineRegistry::readings(InlineKey Key) {
  Shard &S = shard(Key);
  std::lock_guard Lock(S.Mutex);
  llvm::SmallVector<const BodyReading *, 2> Result;
  auto It = S.Entries.find(Key);
  if (It != S.Entries.end())
    for (const auto &Reading : It->second.Readings)
      Result.push_back(Reading.get());
  return Result;
}

void InlineRegistry::addReading(InlineKey Key, std::unique_ptr<BodyReading> Reading) {
  Shard &S = shard(Key);
  std::lock_guard Lock(S.Mutex);
  Entry &E = S.Entries[Key];
  if (E.Readings.size() < MaxReadings && llvm::is_contained(E.Variants, Reading->TokenHash))
    E.Readings.push_back(std::move(Reading));
}

} // namespace gfpcheck::extract
