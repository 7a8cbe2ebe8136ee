//===- Store.cpp - The database of one build --------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/store/Store.h"
#include "Statement.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using llvm::Error;
using llvm::Expected;

namespace gfpcheck {
namespace {

/// "gfpc" in the header of the SQLite file: that it is ours.
constexpr uint32_t ApplicationId = 0x67667063;
constexpr int KeptResults = 8;

// Blobs live in a table of their own so that reading all records touches few pages.
constexpr const char *CreateTables = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL, size INTEGER NOT NULL,
  mtime INTEGER NOT NULL, inode INTEGER NOT NULL, digest INTEGER NOT NULL);
CREATE TABLE tus (
  command INTEGER PRIMARY KEY, file TEXT NOT NULL, inputs BLOB NOT NULL,
  input_digest INTEGER NOT NULL, failed INTEGER NOT NULL, first_error TEXT NOT NULL,
  dropped TEXT NOT NULL, content INTEGER NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE blobs (command INTEGER PRIMARY KEY, summary BLOB NOT NULL, inlines BLOB NOT NULL);
CREATE TABLE results (
  key INTEGER PRIMARY KEY, age INTEGER NOT NULL, checksum INTEGER NOT NULL, text BLOB NOT NULL);
)sql";

template <class... Args> Error error(const char *Format, Args &&...Values) {
  return llvm::createStringError(llvm::formatv(Format, std::forward<Args>(Values)...).str());
}

uint64_t digest(llvm::ArrayRef<uint8_t> Bytes) { return llvm::xxh3_64bits(Bytes); }

/// Sorted ids as LEB128 differences: about one byte per file.
Blob packIds(llvm::ArrayRef<FileId> Ids) {
  Blob Out;
  FileId Last = 0;
  for (FileId Id : Ids) {
    uint8_t Bytes[10];
    unsigned Size = llvm::encodeULEB128(Id - Last, Bytes);
    Out.append(Bytes, Bytes + Size);
    Last = Id;
  }
  return Out;
}

std::vector<FileId> unpackIds(llvm::ArrayRef<uint8_t> Bytes) {
  std::vector<FileId> Ids;
  Ids.reserve(Bytes.size());
  FileId Last = 0;
  for (const uint8_t *P = Bytes.begin(); P != Bytes.end();) {
    unsigned Size = 0;
    const char *Malformed = nullptr;
    Last += static_cast<FileId>(llvm::decodeULEB128(P, &Size, Bytes.end(), &Malformed));
    if (Malformed)
      return {};
    Ids.push_back(Last);
    P += Size;
  }
  return Ids;
}

/// Over all columns of a record, in the form in which they are stored.
uint64_t checksum(const TuRecord &R, llvm::ArrayRef<uint8_t> Inputs, llvm::StringRef Dropped) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  OS << R.Command << '\0' << R.File << '\0' << R.InputDigest << '\0' << R.Failed << '\0'
     << R.FirstError << '\0' << Dropped << '\0' << R.Content << '\0' << llvm::toStringRef(Inputs);
  return llvm::xxh3_64bits(Text);
}

uint64_t contentDigest(const TuBlobs &Blobs) {
  uint64_t Both[2] = {digest(Blobs.Summary), digest(Blobs.Inlines)};
  return digest({reinterpret_cast<const uint8_t *>(Both), sizeof Both});
}

} // namespace

//===----------------------------------------------------------------------===//
// Opening
//===----------------------------------------------------------------------===//

Expected<std::unique_ptr<Store>> Store::open(llvm::StringRef Path) {
  // By its real name, so that a link to the file does not lead to a second lock.
  llvm::SmallString<256> RealPath;
  if (!llvm::sys::fs::real_path(Path, RealPath))
    Path = RealPath;
  std::unique_ptr<Store> S(new Store(Path));
  if (Error E = S->lock())
    return std::move(E);
  if (Error E = S->examine())
    return std::move(E);
  if (Error E = S->connect())
    return std::move(E);
  if (Error E = S->readFiles())
    return std::move(E);
  return S;
}

Store::~Store() {
  sqlite3_close_v2(Db);
  if (LockFd >= 0)
    close(LockFd);
}

/// database FILE is in use by another gfpcheck (pid 4711): wait for it to end or give another --db
Error Store::lock() {
  std::string LockPath = Path + ".lock";
  LockFd = ::open(LockPath.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (LockFd < 0)
    return error("cannot create {0} ({1}): give --db FILE in a directory that can be written to",
                 LockPath, llvm::sys::StrError());
  if (flock(LockFd, LOCK_EX | LOCK_NB) != 0) {
    char Pid[32] = {};
    ssize_t Size = pread(LockFd, Pid, sizeof Pid - 1, 0);
    return error("database {0} is in use by another gfpcheck (pid {1}): wait for it to end or "
                 "give another --db",
                 Path, Size > 0 ? llvm::StringRef(Pid).trim() : "unknown");
  }
  std::string Pid = std::to_string(getpid()) + "\n";
  if (ftruncate(LockFd, 0) != 0 || pwrite(LockFd, Pid.data(), Pid.size(), 0) < 0)
    return error("cannot write {0} ({1}): give --db FILE in a directory that can be written to",
                 LockPath, llvm::sys::StrError());
  return Error::success();
}

/// Looks at the header of the file before SQLite does, because SQLite may write to a
/// file while opening it, and one that is not ours must stay as it is.
Error Store::examine() {
  uint8_t Header[100];
  int Fd = ::open(Path.c_str(), O_RDONLY | O_CLOEXEC);
  if (Fd < 0) {
    if (errno == ENOENT)
      return Error::success();
    return error("cannot read database {0} ({1}): give another --db", Path, llvm::sys::StrError());
  }
  ssize_t Size = read(Fd, Header, sizeof Header);
  int Errno = errno;
  close(Fd);
  if (Size == 0)
    return Error::success();
  if (Size < 0)
    return error("cannot read database {0} ({1}): give another --db", Path,
                 llvm::sys::StrError(Errno));
  bool Ours = Size == sizeof Header &&
              llvm::StringRef(reinterpret_cast<char *>(Header), 15) == "SQLite format 3" &&
              llvm::support::endian::read32be(Header + 68) == ApplicationId;
  if (!Ours) {
    unlink((Path + ".lock").c_str()); // leave nothing beside it either
    return error("{0} is not a database of gfpcheck: give another --db, or delete it", Path);
  }
  uint32_t Version = llvm::support::endian::read32be(Header + 60);
  if (Version != SchemaVersion)
    return otherSchema(Version);
  return Error::success();
}

Error Store::otherSchema(int64_t Found) const {
  return error("database {0} was written by another version of gfpcheck (schema {1}, this is {2}): "
               "delete it or give another --db",
               Path, Found, SchemaVersion);
}

Error Store::connect() {
  if (sqlite3_open_v2(Path.c_str(), &Db,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                      nullptr) != SQLITE_OK)
    return failure();
  sqlite3_extended_result_codes(Db, 1);
  sqlite3_busy_timeout(Db, 2000); // people may look into it with sqlite3(1)
  auto Run = [&](const char *Sql) {
    return sqlite3_exec(Db, Sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  };
  int64_t Tables = -1, Found = 0;
  {
    Statement Count(Db, "SELECT count(*) FROM sqlite_schema");
    if (!Count.row())
      return failure();
    Tables = Count.integer(0);
  }
  if (Tables == 0) {
    // Before the WAL is turned on, so that the header tells from the first moment
    // that the file is ours.
    std::string Create = llvm::formatv("BEGIN IMMEDIATE; PRAGMA application_id={0}; PRAGMA "
                                       "user_version={1}; {2} INSERT INTO meta VALUES "
                                       "('schema', '{1}'); COMMIT;",
                                       ApplicationId, SchemaVersion, CreateTables);
    if (!Run(Create.c_str()))
      return failure();
  }
  {
    Statement Schema(Db, "SELECT value FROM meta WHERE name='schema'");
    Statement UserVersion(Db, "PRAGMA user_version");
    if (!UserVersion.row() || (!Schema.row() && !Schema.ok()))
      return failure();
    Found = UserVersion.integer(0);
    if (Found == SchemaVersion)
      Found = Schema.integer(0);
  }
  if (Found != SchemaVersion)
    return otherSchema(Found);
  if (!Run("PRAGMA journal_mode=WAL") || !Run("PRAGMA synchronous=NORMAL") ||
      !Run("PRAGMA wal_autocheckpoint=8192") || // 32 MiB: each checkpoint costs an fsync
      !Run("PRAGMA cache_size=-16384"))
    return failure();
  return Error::success();
}

/// What went wrong on the connection, as one sentence that says what to do.
Error Store::failure() const {
  int Code = sqlite3_errcode(Db) & 0xff; // the primary code; the rest is detail
  int Errno = sqlite3_system_errno(Db);
  std::string Why = Errno ? llvm::sys::StrError(Errno) : sqlite3_errmsg(Db);
  switch (Code) {
  case SQLITE_FULL:
    return error("no space left for database {0}: free some, or give --db FILE elsewhere", Path);
  case SQLITE_NOTADB:
  case SQLITE_CORRUPT:
  case SQLITE_ERROR: // a table or column that should be there is not
    return error("database {0} is damaged ({1}): delete it or give another --db", Path,
                 sqlite3_errmsg(Db));
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return error("database {0} is locked by another program: end it or give another --db", Path);
  default:
    return error("cannot use database {0} ({1}): give --db FILE in a directory that can be "
                 "written to",
                 Path, Why);
  }
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

Error Store::readFiles() {
  Statement S(Db, "SELECT id, path, size, mtime, inode, digest FROM files ORDER BY id");
  while (S.row()) {
    InputFile File;
    File.Id = static_cast<FileId>(S.integer(0));
    File.Path = S.text(1).str();
    File.Size = S.integer(2);
    File.MTime = S.integer(3);
    File.Inode = S.integer(4);
    File.Digest = S.integer(5);
    Files.restore(std::move(File));
  }
  return S.ok() ? Error::success() : failure();
}

/// Inside a transaction.
Error Store::writeChangedFiles() {
  std::vector<InputFile> Changed = Files.takeChanged();
  if (Changed.empty())
    return Error::success();
  Statement S(Db, "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)");
  for (const InputFile &File : Changed)
    if (!S.bind(uint64_t(File.Id))
             .bind(llvm::StringRef(File.Path))
             .bind(File.Size)
             .bind(File.MTime)
             .bind(File.Inode)
             .bind(File.Digest)
             .run())
      return failure();
  return Error::success();
}

//===----------------------------------------------------------------------===//
// TUs
//===----------------------------------------------------------------------===//

Expected<std::vector<TuRecord>> Store::records() {
  std::vector<TuRecord> Records;
  std::lock_guard<std::mutex> Lock(Mutex);
  Statement S(Db, "SELECT command, file, inputs, input_digest, failed, first_error, dropped, "
                  "content, checksum FROM tus ORDER BY command");
  while (S.row()) {
    TuRecord R;
    R.Command = S.integer(0);
    R.File = S.text(1).str();
    R.InputDigest = S.integer(3);
    R.Failed = S.integer(4);
    R.FirstError = S.text(5).str();
    R.Content = S.integer(7);
    if (checksum(R, S.bytes(2), S.text(6)) != static_cast<uint64_t>(S.integer(8))) {
      ++Damaged;
      continue;
    }
    R.Inputs = unpackIds(S.bytes(2));
    llvm::SmallVector<llvm::StringRef> Dropped;
    S.text(6).split(Dropped, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
    R.DroppedOptions.assign(Dropped.begin(), Dropped.end());
    Records.push_back(std::move(R));
  }
  if (!S.ok())
    return failure();
  return Records;
}

Expected<bool> Store::load(const TuRecord &Record, TuBlobs &Blobs) {
  {
    std::lock_guard<std::mutex> Lock(Mutex);
    Statement S(Db, "SELECT summary, inlines FROM blobs WHERE command = ?");
    S.bind(Record.Command);
    Blobs.Summary.clear();
    if (S.row()) {
      Blobs.Summary.assign(S.bytes(0).begin(), S.bytes(0).end());
      Blobs.Inlines.assign(S.bytes(1).begin(), S.bytes(1).end());
    }
    if (!S.ok() && (sqlite3_errcode(Db) & 0xff) != SQLITE_CORRUPT)
      return failure();
  }
  if (!Blobs.Summary.empty() && contentDigest(Blobs) == Record.Content)
    return true;
  std::lock_guard<std::mutex> Lock(Mutex);
  ++Damaged;
  return false;
}

Error Store::put(TuRecord &R, const TuBlobs &Blobs) {
  R.Content = contentDigest(Blobs);
  Blob Inputs = packIds(R.Inputs);
  std::string Dropped = llvm::join(R.DroppedOptions, "\n");
  uint64_t Sum = checksum(R, Inputs, Dropped);
  std::lock_guard<std::mutex> Lock(Mutex);
  return transaction([&]() -> Error {
    if (Error E = writeChangedFiles())
      return E;
    Statement Tu(Db, "INSERT OR REPLACE INTO tus VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    if (!Tu.bind(R.Command)
             .bind(llvm::StringRef(R.File))
             .bind(llvm::ArrayRef(Inputs))
             .bind(R.InputDigest)
             .bind(uint64_t(R.Failed))
             .bind(llvm::StringRef(R.FirstError))
             .bind(llvm::StringRef(Dropped))
             .bind(R.Content)
             .bind(Sum)
             .run())
      return failure();
    Statement Content(Db, "INSERT OR REPLACE INTO blobs VALUES (?, ?, ?)");
    if (!Content.bind(R.Command)
             .bind(llvm::ArrayRef(Blobs.Summary))
             .bind(llvm::ArrayRef(Blobs.Inlines))
             .run())
      return failure();
    return Error::success();
  });
}

Error Store::prune(const llvm::DenseSet<uint64_t> &Keep) {
  std::vector<uint64_t> Stale;
  std::vector<bool> Used;
  std::lock_guard<std::mutex> Lock(Mutex);
  {
    Statement S(Db, "SELECT command, inputs FROM tus");
    while (S.row()) {
      if (!Keep.contains(S.integer(0))) {
        Stale.push_back(S.integer(0));
        continue;
      }
      for (FileId Id : unpackIds(S.bytes(1))) {
        if (Id >= Used.size())
          Used.resize(Id + 1);
        Used[Id] = true;
      }
    }
    if (!S.ok())
      return failure();
  }
  return transaction([&]() -> Error {
    for (const char *Sql :
         {"DELETE FROM tus WHERE command = ?", "DELETE FROM blobs WHERE command = ?"}) {
      Statement Delete(Db, Sql);
      for (uint64_t Command : Stale)
        if (!Delete.bind(Command).run())
          return failure();
    }
    if (!Stale.empty()) {
      Statement Delete(Db, "DELETE FROM files WHERE id = ?");
      for (FileId Id : Files.dropUnused(Used))
        if (!Delete.bind(uint64_t(Id)).run())
          return failure();
    }
    return writeChangedFiles();
  });
}

//===----------------------------------------------------------------------===//
// Results and notes
//===----------------------------------------------------------------------===//

Expected<std::optional<std::string>> Store::result(uint64_t Key) {
  std::lock_guard<std::mutex> Lock(Mutex);
  Statement S(Db, "SELECT text, checksum FROM results WHERE key = ?");
  S.bind(Key);
  if (S.row()) {
    if (digest(S.bytes(0)) == static_cast<uint64_t>(S.integer(1)))
      return S.text(0).str();
    ++Damaged;
  }
  if (!S.ok())
    return failure();
  return std::nullopt;
}

Error Store::results(llvm::function_ref<bool(llvm::StringRef)> Next) {
  std::lock_guard<std::mutex> Lock(Mutex);
  Statement S(Db, "SELECT text, checksum FROM results ORDER BY age DESC");
  while (S.row()) {
    if (digest(S.bytes(0)) != static_cast<uint64_t>(S.integer(1)))
      ++Damaged;
    else if (!Next(S.text(0)))
      return Error::success();
  }
  return S.ok() ? Error::success() : failure();
}

Error Store::putResult(uint64_t Key, llvm::StringRef Text) {
  std::lock_guard<std::mutex> Lock(Mutex);
  return transaction([&]() -> Error {
    llvm::ArrayRef<uint8_t> Bytes(Text.bytes_begin(), Text.size());
    Statement Insert(Db, "INSERT OR REPLACE INTO results VALUES "
                         "(?, (SELECT coalesce(max(age), 0) + 1 FROM results), ?, ?)");
    if (!Insert.bind(Key).bind(digest(Bytes)).bind(Bytes).run())
      return failure();
    Statement Delete(Db, "DELETE FROM results WHERE age <= (SELECT max(age) FROM results) - ?");
    if (!Delete.bind(int64_t(KeptResults)).run())
      return failure();
    return Error::success();
  });
}

Error Store::note(llvm::StringRef Name, llvm::StringRef Value) {
  std::lock_guard<std::mutex> Lock(Mutex);
  {
    Statement Old(Db, "SELECT 1 FROM meta WHERE name = ? AND value = ?");
    if (Old.bind(Name).bind(Value).row())
      return Error::success();
  }
  Statement S(Db, "INSERT OR REPLACE INTO meta VALUES (?, ?)");
  return S.bind(Name).bind(Value).run() ? Error::success() : failure();
}

/// Commits when Body succeeds, and undoes everything when it does not.
Error Store::transaction(llvm::function_ref<Error()> Body) {
  if (sqlite3_exec(Db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) != SQLITE_OK)
    return failure();
  Error Result = Body();
  if (!Result && sqlite3_exec(Db, "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK)
    Result = failure();
  if (Result)
    sqlite3_exec(Db, "ROLLBACK", nullptr, nullptr, nullptr);
  return Result;
}

} // namespace gfpcheck
