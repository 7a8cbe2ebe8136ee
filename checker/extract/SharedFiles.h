//===- SharedFiles.h - File contents and names shared by all TUs ----*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel run opens the same few thousand headers a million times. FileCache reads
// each once, digests it once, and remembers the paths that do not exist (an include
// path is mostly misses). FileNames gives every file the name that summaries use.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_SHAREDFILES_H
#define GFPCHECK_EXTRACT_SHAREDFILES_H

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace gfpcheck::extract {

/// What is known of one file. Contents of files that end in .h are kept for the
/// whole run; all others are read anew each time.
struct CachedFile {
  std::error_code Error;
  llvm::vfs::Status Status;
  std::unique_ptr<llvm::MemoryBuffer> Content; ///< null for directories and others
};

/// Thread-safe; entries live as long as the cache and never change.
class FileCache {
public:
  /// Path is absolute.
  const CachedFile &lookup(llvm::StringRef Path);

private:
  static constexpr unsigned ShardCount = 16;
  struct Shard {
    std::mutex Mutex;
    llvm::StringMap<std::unique_ptr<CachedFile>> Files;
  };
  Shard Shards[ShardCount];
};

/// What TUs see instead of the disk.
struct FileOverlay {
  /// By absolute path without "." and "..": what is in the file; nothing: it is missing.
  llvm::StringMap<std::optional<std::string>> Files;
  /// Not empty: what is in none of these directories is missing, and so is what is no regular
  /// file. Sources that are not trusted may name any.
  std::vector<std::string> Readable;
};

/// A view of FileCache with a working directory of its own, for one TU. \p Overlay outlives it.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>
createFileView(FileCache &Cache, llvm::StringRef WorkingDirectory, const FileOverlay &Overlay);

/// One source file.
struct SourceFile {
  std::string Path;    ///< absolute, normalised
  std::string Name;    ///< relative to the source root where it is below it, else to
                       ///< the command's directory, else Path
  bool IsHeader;       ///< ends in .h
  uint64_t Digest = 0; ///< xxh3 of the content; set for headers
};

/// Names of the files of one TU.
class FileNames {
public:
  FileNames(llvm::StringRef SourceRoot, llvm::StringRef Directory)
      : SourceRoot(SourceRoot), Directory(Directory) {}

  /// Path as the compiler names it; Content to digest if it is a header.
  const SourceFile &get(llvm::StringRef Path, llvm::StringRef Content);
  /// Absolute and without "." and "..".
  std::string absolute(llvm::StringRef Path) const;

private:
  std::string SourceRoot, Directory;
  llvm::StringMap<std::unique_ptr<SourceFile>> Files;
};

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_SHAREDFILES_H
