//===- Kbuild.cpp - What the kernel's build system says of itself -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kbuild keeps records of its own, and capture is measured against them:
//
//   DIR/built-in.a     thin archive of every object DIR and its children put into
//                      vmlinux (children flattened)
//   DIR/lib.a          objects linked into vmlinux on demand
//   modules.order      the modules, X.o (X.ko before 6.0) a line
//   X.mod              the objects of module X
//   .NAME.o.cmd        `source_PATH := FILE`: what NAME.o was made from
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/capture/Kbuild.h"
#include "PathText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/Archive.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace gfpcheck::kbuild {

static Error fail(const Twine &Message) {
  return createStringError(inconvertibleErrorCode(), Message);
}

/// \p Name, relative to \p Directory, as an absolute path without dots.
static std::string resolved(StringRef Directory, StringRef Name) {
  SmallString<256> Path(Name);
  if (path::is_relative(Name)) {
    Path = Directory;
    path::append(Path, Name);
  }
  path::remove_dots(Path, /*remove_dot_dot=*/true);
  return std::string(Path);
}

Error checkKernelTree(StringRef Directory) {
  if (!fs::is_directory(Directory))
    return fail(Directory + " is not a directory; give the top of a kernel tree with -C");
  for (const char *File : {"Makefile", "Kbuild", "Kconfig", "scripts/Makefile.build"})
    if (!fs::exists(joined(Directory, File)))
      return fail(Directory + " is not a kernel tree (it has no " + File +
                  "); give the top of one with -C");
  return Error::success();
}

bool isConfiguredInTree(StringRef Directory) {
  if (fs::exists(joined(Directory, ".config")) ||
      fs::is_directory(joined(Directory, "include/config")))
    return true;
  std::error_code EC;
  for (fs::directory_iterator I(joined(Directory, "arch"), EC), E; I != E && !EC; I.increment(EC))
    if (fs::is_directory(joined(I->path(), "include/generated")))
      return true;
  return false;
}

std::string MakeArguments::variable(StringRef Name, StringRef Default) const {
  std::string Value = Default.str();
  for (StringRef V : Variables)
    if (V.consume_front(Name) && V.consume_front("="))
      Value = V.str();
  return Value;
}

bool MakeArguments::hasVariable(StringRef Name) const {
  return any_of(Variables,
                [&](StringRef V) { return V.consume_front(Name) && V.starts_with("="); });
}

/// Goals of the top Makefile that are not about compiling.
static bool isForeignGoal(StringRef Goal) {
  return Goal.ends_with("clean") || Goal == "mrproper" || Goal.ends_with("install") ||
         Goal.ends_with("-pkg") || Goal.ends_with("docs") || Goal == "help";
}

Expected<MakeArguments> parseMakeArguments(ArrayRef<std::string> Words) {
  MakeArguments Result;
  for (StringRef Word : Words) {
    StringRef Name = Word.split('=').first;
    bool Assignment = Word.contains('=') && !Word.starts_with("-");
    if (Assignment && (Name == "O" || Name == "KBUILD_OUTPUT"))
      return fail("make argument '" + Word + "': capture builds in a directory of its own; use -O");
    if (Assignment && (Name == "M" || Name == "KBUILD_EXTMOD")) {
      Result.ModuleDirectory = Word.split('=').second.str();
      if (Result.ModuleDirectory.empty())
        return fail("make argument '" + Word + "' names no module directory");
    } else if (Assignment || Word.starts_with("-")) {
      Result.Variables.push_back(Word.str());
    } else if (Word.ends_with("config") || Word.ends_with(".config")) {
      Result.ConfigGoals.push_back(Word.str());
    } else if (isForeignGoal(Word)) {
      return fail("make goal '" + Word +
                  "' compiles nothing; capture takes configuration goals, "
                  "directories (fs/ext4/) and objects (mm/slub.o)");
    } else if (Word != "all" && Word != "vmlinux" && Word != "modules") {
      // Those three are the whole tree, which is captured when no goal is given.
      Result.Goals.push_back(Word.str());
    }
  }
  if (!Result.ModuleDirectory.empty() && !Result.Goals.empty())
    return fail("make goal '" + Result.Goals.front() +
                "' cannot be combined with M=; M= captures "
                "the whole module directory");
  return Result;
}

ConfigHeader readConfigHeader(StringRef ConfigFile) {
  ConfigHeader Header;
  std::string Text = readText(ConfigFile);
  SmallVector<StringRef> Lines;
  StringRef(Text).take_front(512).split(Lines, '\n');
  for (StringRef Line : Lines)
    if (Line.consume_front("# Linux/")) {
      auto [Arch, Rest] = Line.split(' ');
      Header.Arch = Arch.str();
      Header.Version = Rest.split(' ').first.str();
    }
  return Header;
}

bool isCObject(StringRef Object) {
  std::string Cmd = joined(path::parent_path(Object), "." + path::filename(Object) + ".cmd");
  std::string Text = readText(Cmd);
  size_t At = StringRef(Text).find("\nsource_");
  if (At == StringRef::npos)
    return false;
  StringRef Line = StringRef(Text).drop_front(At + 1).split('\n').first;
  return Line.rtrim().ends_with(".c");
}

namespace {
class RecordReader {
public:
  explicit RecordReader(StringRef ObjectTree) : ObjectTree(ObjectTree) {}

  Error addArchive(const std::string &Path) {
    auto Buffer = MemoryBuffer::getFile(Path);
    if (!Buffer)
      return Error::success();
    Expected<std::unique_ptr<object::Archive>> Archive =
        object::Archive::create((*Buffer)->getMemBufferRef());
    if (!Archive)
      return fail("cannot read " + Path + ": " + toString(Archive.takeError()) +
                  "; delete it and capture again");
    Error Err = Error::success();
    for (const object::Archive::Child &Child : (*Archive)->children(Err)) {
      Expected<StringRef> Name = Child.getName();
      if (!Name)
        return joinErrors(std::move(Err), Name.takeError());
      Objects.insert(resolved(path::parent_path(Path), *Name));
    }
    if (Err)
      return fail("cannot read " + Path + ": " + toString(std::move(Err)) +
                  "; delete it and capture again");
    return Error::success();
  }

  void addModules(const std::string &ModulesOrder) {
    std::string Text = readText(ModulesOrder);
    SmallVector<StringRef> Lines;
    StringRef(Text).split(Lines, '\n', -1, /*KeepEmpty=*/false);
    for (StringRef Line : Lines) {
      SmallString<256> Mod(Line.trim());
      path::replace_extension(Mod, "mod");
      std::string Parts = readText(resolved(ObjectTree, Mod));
      SmallVector<StringRef> Words;
      SplitString(Parts, Words, " \t\n");
      for (StringRef Word : Words)
        if (Word.ends_with(".o"))
          Objects.insert(resolved(ObjectTree, Word));
    }
  }

  std::set<std::string> Objects;

private:
  StringRef ObjectTree;
};
} // namespace

Expected<ObjectRecords> readRecords(StringRef ObjectTree, ArrayRef<std::string> Roots) {
  RecordReader Reader(ObjectTree);
  for (const std::string &Root : Roots) {
    if (Error E = Reader.addArchive(joined(Root, "built-in.a")))
      return std::move(E);
    Reader.addModules(joined(Root, "modules.order"));
    std::error_code EC;
    for (fs::recursive_directory_iterator I(Root, EC, /*follow_symlinks=*/false), E; I != E && !EC;
         I.increment(EC))
      if (path::filename(I->path()) == "lib.a")
        if (Error Err = Reader.addArchive(I->path()))
          return std::move(Err);
  }
  ObjectRecords Records;
  for (const std::string &Object : Reader.Objects)
    if (isCObject(Object))
      Records.CObjects.insert(Object);
  return Records;
}

MakeFailures readFailures(StringRef Log) {
  MakeFailures Failures;
  SmallVector<StringRef> Lines;
  Log.split(Lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef Line : Lines) {
    // make[4]: *** [SCRIPT:LINE: TARGET] Error 1
    // make[4]: *** No rule to make target 'X', needed by 'TARGET'.  Stop.
    size_t Stars = Line.find("*** ");
    if (!Line.starts_with("make") || Stars == StringRef::npos) {
      if (Failures.FirstError.empty() && Line.contains("error:"))
        Failures.FirstError = Line.trim().str();
      continue;
    }
    StringRef Message = Line.drop_front(Stars + 4);
    if (Message.starts_with("[")) {
      // Error 2 is how a make reports that something below it failed.
      auto [Where, Code] = Message.drop_front().split("] Error ");
      StringRef Target = Where.substr(Where.rfind(' ') + 1);
      if (Code.starts_with("2") && !path::has_extension(Target))
        continue;
      Failures.Targets.push_back(Target.str());
    } else if (Message.starts_with("No rule to make target")) {
      StringRef Needed = Message.split("needed by '").second.split('\'').first;
      StringRef Missing = Message.split('\'').second.split('\'').first;
      // An object whose source is gone fails itself; else what needs the file does.
      bool Itself = Needed.empty() || Missing.ends_with(".o");
      Failures.Targets.push_back((Itself ? Missing : Needed).str());
      if (Failures.FirstError.empty())
        Failures.FirstError = Message.split("  Stop.").first.str();
    } else if (Failures.FirstError.empty()) {
      Failures.FirstError = Message.str();
    }
  }
  return Failures;
}

std::string lastLines(StringRef Text, unsigned Count) {
  SmallVector<StringRef> Lines, Kept;
  Text.split(Lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef Line : Lines)
    if (!Line.trim().empty() && !Line.contains("ing directory '"))
      Kept.push_back(Line);
  std::string Result;
  for (StringRef Line : ArrayRef(Kept).take_back(Count))
    Result += ("  " + Line + "\n").str();
  return Result;
}

} // namespace gfpcheck::kbuild
