//===- Store.h - The database of one build --------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One SQLite file per build directory keeps what extraction found, so that the next
// run parses only what changed. It is a cache: deleting it costs time and nothing
// else.
//
// What makes it safe:
//  * each TU is one transaction (its record, its blobs and the input files it is
//    the first to name), so a run that is killed loses only the TUs it was busy
//    with. The journal is a WAL without an fsync per commit: a killed process loses
//    nothing that was committed, a power cut at most the last commits;
//  * records and blobs carry checksums of their own (SQLite has none), and what does
//    not match is reported as not there, so that it is made again;
//  * one process at a time: a flock on FILE.lock, which dies with the process.
//
// Header inlines are stored with the TU that was the first to parse them and share
// its fate: when that TU is parsed again (because a file it read has changed) its
// inlines are too. So an inline can never be older than the headers around it.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_STORE_STORE_H
#define GFPCHECK_STORE_STORE_H

#include "gfpcheck/store/InputFiles.h"
#include "gfpcheck/summary/Serialize.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

struct sqlite3;

namespace gfpcheck {

/// What the store knows of one TU, blobs apart.
struct TuRecord {
  uint64_t Command = 0; ///< the key: digest of the compile command and of everything
                        ///< else that decides what extraction makes of its inputs
  std::string File;     ///< main file, relative to the source root; for people
  std::vector<FileId> Inputs;
  uint64_t InputDigest = 0; ///< InputFiles::digestOf(Inputs) when it was extracted; 0
                            ///< makes the TU stale for ever
  bool Failed = false;
  std::string FirstError;
  std::vector<std::string> DroppedOptions;
  uint64_t Content = 0; ///< digest of both blobs; set by put()
};

struct TuBlobs {
  Blob Summary; ///< encodeSummary()
  Blob Inlines; ///< encodeInlines(): the header inlines this TU was first to parse
};

/// The database. load() and put() may be called from any thread; the rest from one.
/// All Errors say what is wrong and what to do, and name the file.
class Store {
public:
  /// Of the tables and of the blobs in them. A database with another one is refused.
  static constexpr int SchemaVersion = 1;

  /// Opens or creates \p Path; its directory must exist. Errors: used by another
  /// gfpcheck (named by pid); not a database of gfpcheck, or of another schema (the
  /// file is left as it is); cannot be read or written.
  static llvm::Expected<std::unique_ptr<Store>> open(llvm::StringRef Path);
  ~Store();

  InputFiles &files() { return Files; }

  /// All sound records, ordered by Command. A damaged one is left out, and counted
  /// in damaged().
  llvm::Expected<std::vector<TuRecord>> records();

  /// Reads the blobs of a TU; false when they are missing or damaged (counted).
  llvm::Expected<bool> load(const TuRecord &Record, TuBlobs &Blobs);

  /// Commits one TU, replacing what was known of it, and sets Record.Content.
  llvm::Error put(TuRecord &Record, const TuBlobs &Blobs);

  /// Removes all TUs whose key is not in \p Keep, and the files only they read.
  llvm::Error prune(const llvm::DenseSet<uint64_t> &Keep);

  /// The result kept under \p Key, if there is a sound one. Results are text whose
  /// meaning is the caller's; the latest few are kept.
  llvm::Expected<std::optional<std::string>> result(uint64_t Key);
  llvm::Error putResult(uint64_t Key, llvm::StringRef Text);

  /// Hands out the sound results that are kept, the latest first, until \p Next returns false.
  llvm::Error results(llvm::function_ref<bool(llvm::StringRef Text)> Next);

  /// Records and blobs found damaged so far.
  unsigned damaged() const { return Damaged; }

  /// Notes for people who open the database: which tree, which version made it.
  llvm::Error note(llvm::StringRef Name, llvm::StringRef Value);

private:
  explicit Store(llvm::StringRef Path) : Path(Path) {}
  llvm::Error lock();
  llvm::Error examine();
  llvm::Error connect();
  llvm::Error readFiles();
  llvm::Error writeChangedFiles();
  llvm::Error transaction(llvm::function_ref<llvm::Error()> Body);
  llvm::Error failure() const;
  llvm::Error otherSchema(int64_t Found) const;

  std::string Path;
  int LockFd = -1;
  sqlite3 *Db = nullptr;
  std::mutex Mutex; ///< guards Db and Damaged
  InputFiles Files;
  unsigned Damaged = 0;
};

} // namespace gfpcheck

#endif // GFPCHECK_STORE_STORE_H
