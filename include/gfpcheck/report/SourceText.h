//===- SourceText.h - Lines of the analysed source ------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_REPORT_SOURCETEXT_H
#define GFPCHECK_REPORT_SOURCETEXT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace gfpcheck {

/// The files that findings point into, each read once. What it returns lives as long as it
/// does. Not thread-safe.
class SourceText {
public:
  /// Reads a file, given as findings name it; null: there is none. An empty Reader has none.
  using Reader = std::function<std::unique_ptr<llvm::MemoryBuffer>(llvm::StringRef File)>;

  explicit SourceText(Reader Read) : Read(std::move(Read)) {}

  /// Reads from the tree at \p Root, which is absolute, what is no larger than a source may be.
  static Reader below(std::string Root);

  /// Nothing where the file cannot be read.
  std::optional<llvm::StringRef> contents(llvm::StringRef File);

  /// Line \p N, from 1, without its end; nothing where there is none.
  std::optional<llvm::StringRef> line(llvm::StringRef File, size_t N);

  /// How many lines it has; 0 where it cannot be read.
  size_t lineCount(llvm::StringRef File);

private:
  struct Text {
    std::unique_ptr<llvm::MemoryBuffer> Buffer; ///< null: cannot be read
    std::vector<llvm::StringRef> Lines;
  };
  const Text &get(llvm::StringRef File);

  Reader Read;
  llvm::StringMap<Text> Files;
};

} // namespace gfpcheck

#endif // GFPCHECK_REPORT_SOURCETEXT_H
