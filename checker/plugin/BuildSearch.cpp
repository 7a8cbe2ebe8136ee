//===- BuildSearch.cpp - Which analysed build a file belongs to -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BuildSearch.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace gfpcheck::plugin {

namespace {

std::string below(StringRef Directory, StringRef Name) {
  SmallString<256> Path(Directory);
  sys::path::append(Path, Name);
  return Path.str().str();
}

std::string databaseOf(StringRef Build) { return below(Build, ".gfpcheck/gfpcheck.db"); }

bool hasCommands(StringRef Directory) {
  return sys::fs::exists(below(Directory, "compile_commands.json"));
}

class Search {
public:
  explicit Search(bool NeedsDatabase) : NeedsDatabase(NeedsDatabase) {}

  std::string Found;    ///< a build directory
  std::string Analysed; ///< one that could be analysed

  /// Whether one of \p From and the directories above is a build.
  bool upwards(StringRef From) {
    for (StringRef D = From; !D.empty(); D = sys::path::parent_path(D)) {
      if (look(D))
        return true;
      // "ln -s BUILD/compile_commands.json" is what makes clangd find the commands.
      SmallString<256> Real;
      if (!sys::fs::real_path(below(D, "compile_commands.json"), Real) &&
          look(sys::path::parent_path(Real)))
        return true;
    }
    return false;
  }

private:
  bool look(StringRef D) {
    if (NeedsDatabase ? sys::fs::exists(databaseOf(D)) : hasCommands(D)) {
      Found = D.str();
      return true;
    }
    if (Analysed.empty() && hasCommands(D))
      Analysed = D.str();
    return false;
  }

  const bool NeedsDatabase;
};

} // namespace

Expected<SessionOptions> findBuild(const Settings &S, StringRef Directory, StringRef File) {
  SessionOptions Options;
  Options.Database = S.Database;
  Options.Models = S.Models;
  Options.Build = S.Build;
  std::string Candidate = S.Build;
  if (Options.Build.empty()) {
    Search Where(/*NeedsDatabase=*/S.Database.empty());
    if (Where.upwards(Directory) || Where.upwards(sys::path::parent_path(File)))
      Options.Build = Where.Found;
    Candidate = Where.Analysed;
  }
  if (Options.Database.empty() && !Options.Build.empty())
    Options.Database = databaseOf(Options.Build);
  if (!Options.Build.empty() && sys::fs::exists(Options.Database))
    return Options;
  const std::string Database = S.Database.empty() ? "" : " --db " + S.Database;
  return createStringError(
      "no database for " + sys::path::filename(File) + ": run 'gfpcheck analyze -p " +
      (Candidate.empty() ? "BUILD" : Candidate) + Database + "'" +
      (Candidate.empty() ? " (BUILD: made by 'gfpcheck capture'), or set GFPCHECK_BUILD" : ""));
}

} // namespace gfpcheck::plugin
