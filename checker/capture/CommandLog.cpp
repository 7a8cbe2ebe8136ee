//===- CommandLog.cpp - What the recording compiler wrote down ----------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CommandLog.h"
#include "PathText.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace gfpcheck {

Error endLastLogLine(StringRef Path) {
  std::string Text = readText(Path);
  if (Text.empty() || Text.back() == '\n')
    return Error::success();
  std::error_code EC;
  raw_fd_ostream OS(Path, EC, fs::CD_OpenExisting, fs::FA_Write, fs::OF_Append);
  if (!EC) {
    OS << '\n';
    OS.close();
    EC = OS.error();
    OS.clear_error();
  }
  if (EC)
    return createStringError(EC, "cannot write " + Path + ": " + EC.message());
  return Error::success();
}

std::map<std::string, LogEntry> readCommandLog(StringRef Path) {
  std::map<std::string, LogEntry> Entries;
  std::string Text = readText(Path);
  SmallVector<StringRef> Lines;
  StringRef(Text).split(Lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef Line : Lines) {
    // A line cut short by a full disk is as good as none: Kbuild's records then
    // have an object that the log lacks, which collect() sees to.
    Expected<json::Value> V =
        json::isUTF8(Line) ? json::parse(Line) : json::parse(json::fixUTF8(Line));
    if (!V) {
      consumeError(V.takeError());
      continue;
    }
    const json::Object *O = V->getAsObject();
    if (!O)
      continue;
    LogEntry Entry;
    Entry.Stubbed = O->getBoolean("stubbed").value_or(false);
    Entry.Command.Directory = O->getString("directory").value_or("").str();
    Entry.Command.File = O->getString("file").value_or("").str();
    Entry.Command.Output = O->getString("output").value_or("").str();
    if (const json::Array *A = O->getArray("arguments"))
      for (const json::Value &Arg : *A)
        Entry.Command.Args.push_back(Arg.getAsString().value_or("").str());
    SmallString<256> Output(Entry.Command.Output);
    if (path::is_relative(Output)) {
      Output = Entry.Command.Directory;
      path::append(Output, Entry.Command.Output);
    }
    path::remove_dots(Output, /*remove_dot_dot=*/true);
    Entries[std::string(Output)] = std::move(Entry);
  }
  return Entries;
}

bool sourceExists(const CompileCommand &C) {
  return fs::exists(path::is_absolute(C.File) ? C.File : joined(C.Directory, C.File));
}

CompileCommand toOriginalPaths(CompileCommand C, ArrayRef<Mirror> Mirrors, StringRef Module,
                               StringRef ObjectTree) {
  for (const Mirror &M : Mirrors) {
    bool IsModule = M.Original == Module;
    std::string File = M.toOriginal(C.File);
    std::string Beside = path::parent_path(C.File).str();
    if (fs::exists(File))
      C.File = File;
    std::vector<std::string> Mapped, Generated;
    for (size_t I = 0; I < C.Args.size(); ++I) {
      StringRef Arg = C.Args[I];
      if (Arg.starts_with("-Wp,-M")) {
        Mapped.push_back(Arg.str());
      } else if (Arg == "-o" && I + 1 < C.Args.size()) {
        Mapped.push_back(Arg.str());
        Mapped.push_back(C.Args[++I]);
      } else if (Arg.starts_with(M.Mirrored) && Arg.ends_with(".c")) {
        Mapped.push_back(C.File);
      } else {
        Mapped.push_back(M.toOriginal(Arg));
        if (IsModule && Arg.starts_with("-I") && Mapped.back() != Arg)
          Generated.push_back(Arg.str());
      }
    }
    if (IsModule) {
      // Headers that the module's own make generated are in the mirror only.
      Mapped.insert(Mapped.end(), Generated.begin(), Generated.end());
      if (StringRef(Beside).starts_with(M.Mirrored))
        Mapped.push_back("-I" + Beside);
    } else {
      // An in-place build has generated headers of its own in LINUX/include, which
      // would now come before those of this configuration.
      Mapped.insert(Mapped.begin() + 1, "-I" + joined(ObjectTree, "include"));
    }
    C.Args = std::move(Mapped);
  }
  return C;
}

} // namespace gfpcheck
