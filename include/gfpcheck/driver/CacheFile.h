//===- CacheFile.h - What an analysis leaves beside the store -------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_DRIVER_CACHEFILE_H
#define GFPCHECK_DRIVER_CACHEFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <string>

namespace gfpcheck {

/// What a cache is of. Another program, model or version of gfpcheck has another.
struct CacheKey {
  uint64_t Version = 0; ///< analysisVersion()
  uint64_t Program = 0; ///< ExtractionDriver::programDigest()
  uint64_t Model = 0;   ///< Model::digest()
  bool operator==(const CacheKey &) const = default;
};

/// Digest of the code that analyses: of this source and this kind of build.
uint64_t analysisVersion();

/// A file that is replaced as a whole. One that is not whole, or of another key, counts as none.
class CacheFile {
public:
  /// \p Path, whose contents are of the kind \p Kind (eight characters).
  CacheFile(std::string Path, llvm::StringRef Kind) : Path(std::move(Path)), Kind(Kind) {}

  const std::string &path() const { return Path; }

  /// Whether it is of that key; only its head is looked at.
  bool has(const CacheKey &Key) const;

  /// What it holds, mapped into memory and checked; null: nothing of that key.
  std::unique_ptr<llvm::MemoryBuffer> read(const CacheKey &Key) const;

  /// The error says what to do.
  llvm::Error write(const CacheKey &Key, llvm::StringRef Contents) const;

private:
  std::string Path;
  llvm::StringRef Kind;
};

} // namespace gfpcheck

#endif // GFPCHECK_DRIVER_CACHEFILE_H
