//===- InputFiles.h - The files that summaries were made from -------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A TU summary may be reused while the content of every file read for it is the
// same. A kernel build reads some ten thousand files, each by hundreds of TUs, so
// every file is looked at once per run: stat first, and its content only when size,
// modification time or inode differ from what the store recorded.
//
// Two races would make that wrong, and are closed here:
//  * a file that changes while we run: Clang may have read another content than the
//    one digested here. A file whose status changed after the run began has digest
//    0, which makes every TU that read it stale next time;
//  * a file that changed just before the run and may change again within the same
//    tick of the file system's clock, leaving its status as it was. Its status is
//    recorded as unknown, so that the next run compares the content (as git does
//    for "racily clean" entries of its index).
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_STORE_INPUTFILES_H
#define GFPCHECK_STORE_INPUTFILES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace gfpcheck {

/// Index of a file in InputFiles; stable within one database.
using FileId = uint32_t;

/// What is known of one file. Zero in Digest: content unknown (the file is missing,
/// unreadable, or changed under our hands). Zero in MTime: do not trust the status.
struct InputFile {
  FileId Id = 0;
  std::string Path; ///< absolute
  uint64_t Size = 0;
  int64_t MTime = 0; ///< nanoseconds since the epoch
  uint64_t Inode = 0;
  uint64_t Digest = 0; ///< XXH3 of the content
};

/// All files of one database. Thread-safe.
class InputFiles {
public:
  /// The run begins now: see the races above.
  InputFiles();

  /// Enters what the store recorded; before everything else, one thread.
  void restore(InputFile File);

  /// Compares every restored file with the file system, once: the run sees one state of it.
  void refresh();

  /// The ids of \p Paths (absolute), sorted and without repetition. Files not seen
  /// before in this run are looked at now.
  std::vector<FileId> intern(llvm::ArrayRef<std::string> Paths);

  /// Contents that stand in for those of files: their digests, 0 where the file is missing.
  using Replaced = llvm::DenseMap<FileId, uint64_t>;

  /// One digest over the contents of \p Ids; 0 when one of them is unknown, or when
  /// there are none.
  uint64_t digestOf(llvm::ArrayRef<FileId> Ids, const Replaced *Instead = nullptr) const;

  /// What a file with that content has as InputFile::Digest.
  static uint64_t contentDigest(llvm::StringRef Content);

  /// InputFile::Digest of the file at \p Path (absolute) as it is now; 0: not known.
  uint64_t digest(llvm::StringRef Path) const;

  /// The file at \p Path (absolute); 0: there is none in the database.
  FileId find(llvm::StringRef Path) const;

  /// The files that differ from what the store has; each is returned once.
  std::vector<InputFile> takeChanged();

  /// Forgets the files for which \p Used is not set and returns their ids.
  std::vector<FileId> dropUnused(const std::vector<bool> &Used);

  size_t size() const;

private:
  void look(InputFile &File);

  mutable std::mutex Mutex;
  int64_t Begin;                ///< of the run, by the clock that stamps files; nanoseconds
  std::vector<InputFile> Files; ///< by id; an empty path where no file has that id
  llvm::StringMap<FileId> Ids;
  std::vector<FileId> Changed;
  bool Refreshed = false;
};

} // namespace gfpcheck

#endif // GFPCHECK_STORE_INPUTFILES_H
