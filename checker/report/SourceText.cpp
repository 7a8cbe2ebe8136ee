//===- SourceText.cpp - Lines of the analysed source ------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/SourceText.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace gfpcheck {

constexpr uint64_t MaxSize = 64 << 20; // generated register headers have 20 MB

SourceText::Reader SourceText::below(std::string Root) {
  return [Root = std::move(Root)](llvm::StringRef File) -> std::unique_ptr<llvm::MemoryBuffer> {
    llvm::SmallString<256> Path(File);
    llvm::sys::path::make_absolute(Root, Path);
    llvm::sys::fs::file_status Status;
    if (llvm::sys::fs::status(Path, Status) || !llvm::sys::fs::is_regular_file(Status) ||
        Status.getSize() > MaxSize)
      return nullptr;
    auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                              /*RequiresNullTerminator=*/false);
    return Buffer ? std::move(*Buffer) : nullptr;
  };
}

const SourceText::Text &SourceText::get(llvm::StringRef File) {
  auto [It, New] = Files.try_emplace(File);
  Text &T = It->second;
  if (!New)
    return T;
  if (Read)
    T.Buffer = Read(File);
  if (!T.Buffer)
    return T;
  llvm::StringRef Rest = T.Buffer->getBuffer();
  while (!Rest.empty()) {
    llvm::StringRef Line;
    std::tie(Line, Rest) = Rest.split('\n');
    T.Lines.push_back(Line.ends_with("\r") ? Line.drop_back() : Line);
  }
  return T;
}

std::optional<llvm::StringRef> SourceText::contents(llvm::StringRef File) {
  const Text &T = get(File);
  return T.Buffer ? std::optional(T.Buffer->getBuffer()) : std::nullopt;
}

std::optional<llvm::StringRef> SourceText::line(llvm::StringRef File, size_t N) {
  const Text &T = get(File);
  return N && N <= T.Lines.size() ? std::optional(T.Lines[N - 1]) : std::nullopt;
}

size_t SourceText::lineCount(llvm::StringRef File) { return get(File).Lines.size(); }

} // namespace gfpcheck
