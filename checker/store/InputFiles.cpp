//===- InputFiles.cpp - The files that summaries were made from -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/store/InputFiles.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/xxhash.h"
#include <algorithm>
#include <sys/stat.h>
#include <time.h>
#include <utility>

namespace gfpcheck {

namespace {
/// Longer than a tick of any kernel's file clock (10 ms at HZ=100).
constexpr int64_t ClockTick = 20'000'000;

/// An id beyond this can only come from a damaged database.
constexpr FileId MaxId = 1 << 24;

int64_t nanoseconds(const timespec &T) { return int64_t(T.tv_sec) * 1'000'000'000 + T.tv_nsec; }
} // namespace

InputFiles::InputFiles() {
  timespec Now;
  clock_gettime(CLOCK_REALTIME, &Now);
  Begin = nanoseconds(Now);
  Files.emplace_back(); // id 0 is no file
}

void InputFiles::restore(InputFile File) {
  if (File.Id == 0 || File.Id > MaxId || !Ids.try_emplace(File.Path, File.Id).second)
    return;
  if (File.Id >= Files.size())
    Files.resize(File.Id + 1);
  Files[File.Id] = std::move(File);
}

/// Brings the record up to date with the file system.
void InputFiles::look(InputFile &File) {
  InputFile Seen;
  struct stat Status;
  if (stat(File.Path.c_str(), &Status) == 0 && S_ISREG(Status.st_mode)) {
    Seen.Size = Status.st_size;
    Seen.Inode = Status.st_ino;
    int64_t Touched = std::max(nanoseconds(Status.st_ctim), nanoseconds(Status.st_mtim));
    if (Touched < Begin - ClockTick)
      Seen.MTime = nanoseconds(Status.st_mtim);
    if (File.Digest && Seen.MTime && Seen.MTime == File.MTime && Seen.Size == File.Size &&
        Seen.Inode == File.Inode)
      return;
    if (nanoseconds(Status.st_ctim) <= Begin)
      if (auto Buffer = llvm::MemoryBuffer::getFile(File.Path, /*IsText=*/false,
                                                    /*RequiresNullTerminator=*/false))
        Seen.Digest = contentDigest((*Buffer)->getBuffer());
  }
  if (Seen.Digest == File.Digest && Seen.MTime == File.MTime && Seen.Size == File.Size &&
      Seen.Inode == File.Inode)
    return;
  Seen.Id = File.Id;
  Seen.Path = std::move(File.Path);
  File = std::move(Seen);
  Changed.push_back(File.Id);
}

void InputFiles::refresh() {
  std::lock_guard<std::mutex> Lock(Mutex);
  if (std::exchange(Refreshed, true))
    return;
  for (InputFile &File : Files)
    if (!File.Path.empty())
      look(File);
}

std::vector<FileId> InputFiles::intern(llvm::ArrayRef<std::string> Paths) {
  std::vector<FileId> Result;
  Result.reserve(Paths.size());
  {
    std::lock_guard<std::mutex> Lock(Mutex);
    for (const std::string &Path : Paths) {
      auto [It, New] = Ids.try_emplace(Path, static_cast<FileId>(Files.size()));
      if (New) {
        InputFile &File = Files.emplace_back();
        File.Id = It->second;
        File.Path = Path;
        Changed.push_back(File.Id); // even when it cannot be read: TUs refer to it
        look(File);
      }
      Result.push_back(It->second);
    }
  }
  llvm::sort(Result);
  Result.erase(std::unique(Result.begin(), Result.end()), Result.end());
  return Result;
}

uint64_t InputFiles::contentDigest(llvm::StringRef Content) {
  return std::max<uint64_t>(1, llvm::xxh3_64bits(Content));
}

FileId InputFiles::find(llvm::StringRef Path) const {
  std::lock_guard<std::mutex> Lock(Mutex);
  return Ids.lookup(Path);
}

uint64_t InputFiles::digest(llvm::StringRef Path) const {
  std::lock_guard<std::mutex> Lock(Mutex);
  auto It = Ids.find(Path);
  return It == Ids.end() ? 0 : Files[It->second].Digest;
}

uint64_t InputFiles::digestOf(llvm::ArrayRef<FileId> Ids, const Replaced *Instead) const {
  if (Ids.empty())
    return 0;
  std::vector<uint64_t> Digests;
  Digests.reserve(2 * Ids.size());
  std::lock_guard<std::mutex> Lock(Mutex);
  for (FileId Id : Ids) {
    uint64_t Digest = Id < Files.size() ? Files[Id].Digest : 0;
    if (Instead)
      if (auto It = Instead->find(Id); It != Instead->end())
        Digest = It->second;
    if (Digest == 0)
      return 0;
    Digests.push_back(Id);
    Digests.push_back(Digest);
  }
  return std::max<uint64_t>(
      1, llvm::xxh3_64bits(llvm::ArrayRef(reinterpret_cast<const uint8_t *>(Digests.data()),
                                          Digests.size() * sizeof(uint64_t))));
}

std::vector<InputFile> InputFiles::takeChanged() {
  std::lock_guard<std::mutex> Lock(Mutex);
  llvm::sort(Changed);
  Changed.erase(std::unique(Changed.begin(), Changed.end()), Changed.end());
  std::vector<InputFile> Result;
  Result.reserve(Changed.size());
  for (FileId Id : Changed)
    Result.push_back(Files[Id]);
  Changed.clear();
  return Result;
}

std::vector<FileId> InputFiles::dropUnused(const std::vector<bool> &Used) {
  std::lock_guard<std::mutex> Lock(Mutex);
  std::vector<FileId> Dropped;
  for (InputFile &File : Files) {
    if (File.Path.empty() || (File.Id < Used.size() && Used[File.Id]))
      continue;
    Dropped.push_back(File.Id);
    Ids.erase(File.Path);
    File = InputFile();
  }
  llvm::erase_if(Changed, [&](FileId Id) { return Files[Id].Path.empty(); });
  return Dropped;
}

size_t InputFiles::size() const {
  std::lock_guard<std::mutex> Lock(Mutex);
  return Ids.size();
}

} // namespace gfpcheck
