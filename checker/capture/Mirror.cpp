//===- Mirror.cpp - A tree of symbolic links ----------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/capture/Mirror.h"
#include "PathText.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Path.h"
#include <unistd.h>
#include <vector>

using namespace llvm;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace gfpcheck {

static Error cannot(const Twine &What, std::error_code EC) {
  return createStringError(EC, "cannot " + What + ": " + EC.message());
}

std::string Mirror::toOriginal(StringRef Text) const {
  std::string Result;
  while (true) {
    size_t At = Text.find(Mirrored);
    Result += Text.take_front(At);
    if (At == StringRef::npos)
      return Result;
    Text = Text.drop_front(At);
    StringRef Rest = Text.drop_front(Mirrored.size());
    bool WholeName = Rest.empty() || !(isAlnum(Rest[0]) || StringRef("-_.+").contains(Rest[0]));
    Result += WholeName ? StringRef(Original) : Text.take_front(Mirrored.size());
    Text = Rest;
  }
}

bool isGeneratedFile(StringRef Name, const StringSet<> &Siblings) {
  // The patterns of `make clean` in the top Makefile, and the .config family that
  // `make mrproper` removes.
  static const std::vector<GlobPattern> Patterns = [] {
    std::vector<GlobPattern> Result;
    for (const char *P :
         {"*.[aios]",    "*.rsi",         "*.ko",       ".*.cmd",        "*.ko.*",
          "*.dtb",       "*.dtbo",        "*.dtb.S",    "*.dtbo.S",      "*.dwo",
          "*.lst",       "*.su",          "*.mod",      "*.mod.c",       "*.lex.c",
          "*.tab.[ch]",  "*.asn1.[ch]",   "*.symtypes", "modules.order", "modules.builtin*",
          "*.ll",        "*.gcno",        ".*.d",       ".tmp_*",        ".config",
          ".config.old", "Module.symvers"})
      Result.push_back(cantFail(GlobPattern::create(P)));
    return Result;
  }();
  for (const GlobPattern &P : Patterns)
    if (P.match(Name))
      return true;
  // A file that Kbuild copies from NAME_shipped leaves no .cmd file.
  return Siblings.contains(("." + Name + ".cmd").str()) ||
         Siblings.contains((Name + "_shipped").str());
}

/// Removes what is left of an earlier mirror: a link whose target is gone.
static void dropDanglingLinks(StringRef Directory) {
  std::error_code EC;
  for (fs::directory_iterator I(Directory, EC, /*follow_symlinks=*/false), E; I != E && !EC;
       I.increment(EC))
    if (I->type() == fs::file_type::symlink_file && !fs::exists(I->path()))
      fs::remove(I->path());
}

/// Makes \p Link a symbolic link to \p Target, unless it is already.
static Error linkTo(const std::string &Target, const std::string &Link) {
  if (symlink(Target.c_str(), Link.c_str()) == 0)
    return Error::success();
  if (errno == EEXIST) {
    SmallString<256> Present;
    Present.resize_for_overwrite(Target.size() + 1);
    ssize_t Length = readlink(Link.c_str(), Present.data(), Present.size());
    if (Length >= 0 && StringRef(Present.data(), Length) == Target)
      return Error::success();
    if (fs::remove(Link) || symlink(Target.c_str(), Link.c_str()) != 0)
      return cannot("replace " + Link, std::error_code(errno, std::generic_category()));
    return Error::success();
  }
  return cannot("create " + Link, std::error_code(errno, std::generic_category()));
}

namespace {
struct TreeMirror {
  StringRef Except;
  bool Kernel; ///< leave out the directories of generated headers

  bool skipDirectory(StringRef Path, StringRef Name, StringRef Relative) const {
    if (Path == Except || Name == ".git" || Name == ".svn" || Name == ".hg")
      return true;
    if (!Kernel)
      return false;
    return Relative == "include/config" || Relative == "include/generated" ||
           (Relative.starts_with("arch/") && Relative.ends_with("/include/generated"));
  }

  Error run(const std::string &From, const std::string &To, const std::string &Relative) const {
    if (std::error_code EC = fs::create_directories(To))
      return cannot("create " + To, EC);
    dropDanglingLinks(To);
    std::error_code EC;
    std::vector<fs::directory_entry> Entries;
    StringSet<> Names;
    for (fs::directory_iterator I(From, EC, /*follow_symlinks=*/false), E; I != E && !EC;
         I.increment(EC)) {
      Entries.push_back(*I);
      Names.insert(path::filename(I->path()));
    }
    if (EC)
      return cannot("read " + From, EC);
    for (const fs::directory_entry &Entry : Entries) {
      StringRef Name = path::filename(Entry.path());
      std::string Below = Relative.empty() ? Name.str() : (Relative + "/" + Name).str();
      if (Entry.type() == fs::file_type::directory_file) {
        if (!skipDirectory(Entry.path(), Name, Below))
          if (Error Err = run(Entry.path(), joined(To, Name), Below))
            return Err;
      } else if (isGeneratedFile(Name, Names)) {
        std::string Link = joined(To, Name);
        if (fs::is_symlink_file(Link))
          fs::remove(Link); // it was not generated when the mirror was made
      } else if (Error Err = linkTo(Entry.path(), joined(To, Name))) {
        return Err;
      }
    }
    return Error::success();
  }
};
} // namespace

Expected<Mirror> mirrorKernelTree(StringRef Source, StringRef At, StringRef Except) {
  if (Error E = TreeMirror{Except, /*Kernel=*/true}.run(Source.str(), At.str(), ""))
    return std::move(E);
  return Mirror{Source.str(), At.str()};
}

Expected<Mirror> mirrorModule(StringRef Module, StringRef Root, StringRef Except) {
  // Neighbours, from the top down: /home/me/mod links what else is in /home and in
  // /home/me. The root's own entries are left out; nobody includes ../../../usr.
  std::string Directory;
  SmallVector<StringRef> Parts;
  Module.split(Parts, '/', -1, /*KeepEmpty=*/false);
  for (size_t Depth = 0; Depth + 1 < Parts.size(); ++Depth) {
    Directory += ("/" + Parts[Depth]).str();
    std::string To = (Root + Directory).str();
    if (std::error_code EC = fs::create_directories(To))
      return cannot("create " + To, EC);
    dropDanglingLinks(To);
    std::error_code EC;
    for (fs::directory_iterator I(Directory, EC, /*follow_symlinks=*/false), E; I != E && !EC;
         I.increment(EC)) {
      StringRef Name = path::filename(I->path());
      if (Name != Parts[Depth + 1] && I->path() != Except)
        if (Error Err = linkTo(I->path(), joined(To, Name)))
          return std::move(Err);
    }
  }
  std::string At = (Root + Module).str();
  if (Error E = TreeMirror{Except, /*Kernel=*/false}.run(Module.str(), At, ""))
    return std::move(E);
  return Mirror{Module.str(), At};
}

} // namespace gfpcheck
