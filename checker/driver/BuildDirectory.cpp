//===- BuildDirectory.cpp - What -p stands for ------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/driver/BuildDirectory.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace gfpcheck {

namespace {

std::string join(llvm::StringRef Directory, const llvm::Twine &Name) {
  llvm::SmallString<256> Path(Directory);
  path::append(Path, Name);
  return Path.str().str();
}

/// The member "source" of capture.json; "" when there is none (the file is only a
/// convenience: --source-root says the same).
std::string readCapturedSource(llvm::StringRef File) {
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer)
    return "";
  llvm::Expected<llvm::json::Value> Value = llvm::json::parse((*Buffer)->getBuffer());
  if (!Value) {
    llvm::consumeError(Value.takeError());
    return "";
  }
  const llvm::json::Object *Object = Value->getAsObject();
  return Object ? Object->getString("source").value_or("").str() : "";
}

} // namespace

llvm::Expected<BuildDirectory> findBuildDirectory(llvm::StringRef Name) {
  llvm::SmallString<256> Absolute(Name);
  fs::make_absolute(Absolute);
  path::remove_dots(Absolute, /*remove_dot_dot=*/false);
  while (Absolute.size() > 1 && Absolute.back() == '/')
    Absolute.pop_back();
  BuildDirectory B;
  if (fs::is_directory(Absolute)) {
    B.Path = Absolute.str().str();
    std::string Captured = join(B.Path, ".gfpcheck/compile_commands.json");
    B.CompileCommands = fs::exists(Captured) ? Captured : join(B.Path, "compile_commands.json");
    if (!fs::exists(B.CompileCommands))
      return llvm::createStringError("no compile_commands.json in " + Name +
                                     ": make one with 'gfpcheck capture -C LINUX -O " + Name + "'");
  } else if (fs::exists(Absolute)) {
    B.CompileCommands = Absolute.str().str();
    B.Path = path::parent_path(Absolute).str();
    if (path::filename(B.Path) == ".gfpcheck")
      B.Path = path::parent_path(B.Path).str();
  } else {
    return llvm::createStringError("-p " + Name +
                                   ": no such directory; name the build directory that has the "
                                   "compile_commands.json");
  }
  B.StateDirectory = join(B.Path, ".gfpcheck");
  B.CapturedSource = readCapturedSource(join(B.StateDirectory, "capture.json"));
  return B;
}

std::string absoluteFile(const CompileCommand &Command) {
  llvm::SmallString<256> File(Command.File);
  if (!path::is_absolute(File)) {
    File = Command.Directory;
    path::append(File, Command.File);
  }
  path::remove_dots(File, /*remove_dot_dot=*/true);
  return File.str().str();
}

std::string relativeTo(llvm::StringRef Root, llvm::StringRef File) {
  llvm::StringRef Rest = File;
  if (!Root.empty() && Rest.consume_front(Root) && (Root.back() == '/' || Rest.consume_front("/")))
    return Rest.str();
  return File.str();
}

std::string guessSourceRoot(llvm::ArrayRef<CompileCommand> Commands) {
  llvm::StringSet<> Seen;
  std::string Common;
  for (const CompileCommand &Command : Commands) {
    std::string Directory = path::parent_path(absoluteFile(Command)).str();
    if (!Seen.insert(Directory).second)
      continue;
    for (llvm::StringRef Up = Directory; !Up.empty() && Up != "/"; Up = path::parent_path(Up)) {
      if (fs::exists(join(Up, "Kbuild")) && fs::exists(join(Up, "MAINTAINERS")))
        return Up.str();
      if (!Seen.insert(Up).second && Up != Directory)
        break; // looked at from here upwards already
    }
    if (Common.empty())
      Common = Directory;
    while (Common.size() > 1 && Directory != Common &&
           !llvm::StringRef(Directory).starts_with(Common + "/"))
      Common = path::parent_path(Common).str();
  }
  return Common;
}

} // namespace gfpcheck
