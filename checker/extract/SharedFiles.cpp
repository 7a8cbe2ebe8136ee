//===- SharedFiles.cpp - File contents and names shared by all TUs --------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SharedFiles.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace gfpcheck::extract {

static vfs::Status memoryStatus(StringRef Path, uint64_t Size,
                                sys::fs::file_type Type = sys::fs::file_type::regular_file) {
  return vfs::Status(Path, sys::fs::UniqueID(~0ull, xxh3_64bits(Path)), sys::TimePoint<>(), 0, 0,
                     Size, Type, sys::fs::perms::all_read);
}

const CachedFile &FileCache::lookup(StringRef Path) {
  Shard &S = Shards[xxh3_64bits(Path) % ShardCount];
  {
    std::lock_guard Lock(S.Mutex);
    auto It = S.Files.find(Path);
    if (It != S.Files.end())
      return *It->second;
  }
  // Read without the lock; two threads may read the same file, the first to finish
  // is kept.
  auto File = std::make_unique<CachedFile>();
  sys::fs::file_status Status;
  if (std::error_code EC = sys::fs::status(Path, Status))
    File->Error = EC;
  else {
    File->Status = vfs::Status::copyWithNewName(Status, Path);
    if (File->Status.isRegularFile() && Path.ends_with(".h")) {
      auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/true);
      if (Buffer)
        File->Content = std::move(*Buffer);
      else
        File->Error = Buffer.getError();
    }
  }
  std::lock_guard Lock(S.Mutex);
  return *S.Files.try_emplace(Path, std::move(File)).first->second;
}

namespace {

/// An open file whose content is owned by somebody who lives longer.
class BorrowedFile : public vfs::File {
public:
  BorrowedFile(vfs::Status Status, MemoryBufferRef Content)
      : Status(std::move(Status)), Content(Content) {}

  ErrorOr<vfs::Status> status() override { return Status; }
  ErrorOr<std::unique_ptr<MemoryBuffer>> getBuffer(const Twine &, int64_t, bool, bool) override {
    return MemoryBuffer::getMemBuffer(Content);
  }
  std::error_code close() override { return {}; }

private:
  vfs::Status Status;
  MemoryBufferRef Content;
};

class FileView : public vfs::FileSystem {
public:
  FileView(FileCache &Cache, StringRef WorkingDirectory, const FileOverlay &Overlay)
      : Cache(Cache), Overlay(Overlay), Directory(WorkingDirectory),
        Disk(vfs::createPhysicalFileSystem()) {
    (void)Disk->setCurrentWorkingDirectory(Directory);
  }

  ErrorOr<vfs::Status> status(const Twine &Path) override {
    SmallString<256> Storage;
    StringRef Asked = Path.toStringRef(Storage);
    SmallString<256> Absolute = absolute(Asked);
    if (const std::optional<std::string> *Text = inMemory(Absolute))
      return *Text ? ErrorOr<vfs::Status>(memoryStatus(Asked, (*Text)->size())) : Missing;
    if (isDirectoryInMemory(Absolute))
      return memoryStatus(Asked, 0, sys::fs::file_type::directory_file);
    const CachedFile &File = Cache.lookup(Absolute);
    if (File.Error)
      return File.Error;
    if (!isReadable(Absolute, File.Status))
      return Missing;
    return vfs::Status::copyWithNewName(File.Status, Asked);
  }

  ErrorOr<std::unique_ptr<vfs::File>> openFileForRead(const Twine &Path) override {
    SmallString<256> Storage;
    StringRef Asked = Path.toStringRef(Storage);
    SmallString<256> Absolute = absolute(Asked);
    if (const std::optional<std::string> *Text = inMemory(Absolute)) {
      if (!*Text)
        return Missing;
      return std::make_unique<BorrowedFile>(memoryStatus(Asked, (*Text)->size()),
                                            MemoryBufferRef(**Text, Asked));
    }
    const CachedFile &File = Cache.lookup(Absolute);
    if (File.Error)
      return File.Error;
    if (!isReadable(Absolute, File.Status))
      return Missing;
    if (!File.Content)
      return Disk->openFileForRead(Absolute);
    return std::make_unique<BorrowedFile>(vfs::Status::copyWithNewName(File.Status, Asked),
                                          File.Content->getMemBufferRef());
  }

  vfs::directory_iterator dir_begin(const Twine &Dir, std::error_code &EC) override {
    return Disk->dir_begin(Dir, EC);
  }
  ErrorOr<std::string> getCurrentWorkingDirectory() const override { return Directory; }
  std::error_code setCurrentWorkingDirectory(const Twine &Path) override {
    SmallString<256> Storage;
    SmallString<256> Absolute = absolute(Path.toStringRef(Storage));
    Directory = Absolute.str().str();
    return Disk->setCurrentWorkingDirectory(Directory);
  }

private:
  SmallString<256> absolute(StringRef Path) const {
    SmallString<256> Result;
    if (!sys::path::is_absolute(Path))
      Result = Directory;
    sys::path::append(Result, Path);
    sys::path::remove_dots(Result);
    return Result;
  }
  // Not as absolute(): on disk "link/.." is not where the link is.
  static SmallString<256> normalised(StringRef Absolute) {
    SmallString<256> Result(Absolute);
    sys::path::remove_dots(Result, /*remove_dot_dot=*/true);
    return Result;
  }

  const std::optional<std::string> *inMemory(StringRef Absolute) const {
    if (Overlay.Files.empty())
      return nullptr;
    auto It = Overlay.Files.find(normalised(Absolute));
    return It == Overlay.Files.end() ? nullptr : &It->second;
  }

  bool isDirectoryInMemory(StringRef Absolute) const {
    if (Overlay.Files.empty())
      return false;
    const SmallString<256> Directory = normalised(Absolute);
    return llvm::any_of(Overlay.Files, [&](const auto &Entry) {
      return Entry.second && isBelow(Entry.first(), Directory);
    });
  }

  static bool isBelow(StringRef Path, StringRef Directory) {
    return Path.consume_front(Directory) && (Path.empty() || Path.starts_with("/"));
  }

  bool isReadable(StringRef Absolute, const vfs::Status &Status) const {
    if (Overlay.Readable.empty() || Status.isDirectory())
      return true;
    if (!Status.isRegularFile())
      return false;
    // A link inside may lead outside.
    SmallString<256> Real;
    if (sys::fs::real_path(Absolute, Real))
      return false;
    return llvm::any_of(Overlay.Readable,
                        [&](const std::string &Root) { return isBelow(Real, Root); });
  }

  const std::error_code Missing = std::make_error_code(std::errc::no_such_file_or_directory);
  FileCache &Cache;
  const FileOverlay &Overlay;
  std::string Directory;
  std::unique_ptr<vfs::FileSystem> Disk;
};

} // namespace

IntrusiveRefCntPtr<vfs::FileSystem> createFileView(FileCache &Cache, StringRef WorkingDirectory,
                                                   const FileOverlay &Overlay) {
  return makeIntrusiveRefCnt<FileView>(Cache, WorkingDirectory, Overlay);
}

std::string FileNames::absolute(StringRef Path) const {
  SmallString<256> Result;
  if (!sys::path::is_absolute(Path))
    Result = Directory;
  sys::path::append(Result, Path);
  sys::path::remove_dots(Result, /*remove_dot_dot=*/true);
  return Result.str().str();
}

static StringRef below(StringRef Path, StringRef Directory) {
  Directory = Directory.rtrim('/');
  if (!Directory.empty() && Path.consume_front(Directory) && Path.consume_front("/"))
    return Path;
  return "";
}

const SourceFile &FileNames::get(StringRef Path, StringRef Content) {
  auto [It, New] = Files.try_emplace(Path);
  if (!New)
    return *It->second;
  It->second = std::make_unique<SourceFile>();
  SourceFile &File = *It->second;
  File.Path = absolute(Path);
  StringRef Name = below(File.Path, SourceRoot);
  if (Name.empty())
    Name = below(File.Path, Directory);
  File.Name = Name.empty() ? File.Path : Name.str();
  File.IsHeader = StringRef(File.Path).ends_with(".h");
  if (File.IsHeader)
    File.Digest = xxh3_64bits(Content);
  return File;
}

} // namespace gfpcheck::extract
