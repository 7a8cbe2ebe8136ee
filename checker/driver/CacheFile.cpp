//===- CacheFile.cpp - What an analysis leaves beside the store -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/driver/CacheFile.h"
#include "SourceVersions.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/xxhash.h"
#include <optional>

using namespace llvm;

namespace gfpcheck {

namespace {

struct Header {
  char Kind[8] = {};
  CacheKey Key;
  uint64_t Size = 0, Digest = 0; ///< of the contents

  Header() = default;
  Header(StringRef Name, const CacheKey &Key) : Key(Key) {
    std::memcpy(Kind, Name.data(), std::min(Name.size(), sizeof Kind));
  }
  bool isOf(const Header &O) const {
    return std::memcmp(Kind, O.Kind, sizeof Kind) == 0 && Key == O.Key;
  }
};

/// Part of a file, and the file.
class Contents : public MemoryBuffer {
  std::unique_ptr<MemoryBuffer> File;

public:
  explicit Contents(std::unique_ptr<MemoryBuffer> TheFile) : File(std::move(TheFile)) {
    init(File->getBufferStart() + sizeof(Header), File->getBufferEnd(),
         /*RequiresNullTerminator=*/false);
  }
  BufferKind getBufferKind() const override { return File->getBufferKind(); }
};

std::unique_ptr<MemoryBuffer> open(const std::string &Path) {
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return Buffer ? std::move(*Buffer) : nullptr;
}

/// The header of \p File if that is whole, but for its checksum.
std::optional<Header> headerOf(const MemoryBuffer *File) {
  Header Found;
  if (!File || File->getBufferSize() < sizeof Found)
    return std::nullopt;
  std::memcpy(static_cast<void *>(&Found), File->getBufferStart(), sizeof Found);
  if (Found.Size != File->getBufferSize() - sizeof Found)
    return std::nullopt;
  return Found;
}

} // namespace

uint64_t analysisVersion() { return xxh3_64bits(StringRef(GFPCHECK_ANALYSIS_VERSION)); }

bool CacheFile::has(const CacheKey &Key) const {
  const std::optional<Header> Found = headerOf(open(Path).get());
  return Found && Found->isOf({Kind, Key});
}

std::unique_ptr<MemoryBuffer> CacheFile::read(const CacheKey &Key) const {
  std::unique_ptr<MemoryBuffer> File = open(Path);
  const std::optional<Header> Found = headerOf(File.get());
  if (!Found || !Found->isOf({Kind, Key}))
    return nullptr;
  auto Out = std::make_unique<Contents>(std::move(File));
  return xxh3_64bits(Out->getBuffer()) == Found->Digest ? std::move(Out) : nullptr;
}

Error CacheFile::write(const CacheKey &Key, StringRef Contents) const {
  Header H(Kind, Key);
  H.Size = Contents.size();
  H.Digest = xxh3_64bits(Contents);
  if (Error E = writeToOutput(Path, [&](raw_ostream &OS) {
        OS.write(reinterpret_cast<const char *>(&H), sizeof H);
        OS << Contents;
        return Error::success();
      }))
    return createStringError(formatv("cannot write {0} ({1}): give --db FILE on a disk with space",
                                     Path, toString(std::move(E)))
                                 .str());
  return Error::success();
}

} // namespace gfpcheck
