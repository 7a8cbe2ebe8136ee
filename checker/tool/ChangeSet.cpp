//===- ChangeSet.cpp - The files that a patch changes -----------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ChangeSet.h"
#include "AnalysisRun.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include <fmt/format.h>
#include <set>

using namespace llvm;

namespace gfpcheck {

namespace {

/// A directory that is gone when this is.
class TemporaryDirectory {
  SmallString<128> Path;

public:
  Error create() {
    if (std::error_code EC = sys::fs::createUniqueDirectory("gfpcheck-gate", Path))
      return error("cannot create a temporary directory ({0}): set TMPDIR", EC.message());
    return Error::success();
  }
  ~TemporaryDirectory() {
    if (!Path.empty())
      sys::fs::remove_directories(Path, /*IgnoreErrors=*/true);
  }
  std::string file(StringRef Name) const { return (Path + "/" + Name).str(); }
  StringRef path() const { return Path; }
};

Expected<std::string> readFile(StringRef Path) {
  auto Buffer = Path == "-" ? MemoryBuffer::getSTDIN()
                            : MemoryBuffer::getFile(Path, /*IsText=*/false,
                                                    /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return error("cannot read {0} ({1})", Path, Buffer.getError().message());
  return (*Buffer)->getBuffer().str();
}

std::optional<std::string> contentOf(const Twine &Path) {
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return std::nullopt;
  return (*Buffer)->getBuffer().str();
}

Error writeFile(const Twine &Path, StringRef Content) {
  SmallString<256> Name;
  Path.toVector(Name);
  std::error_code EC = sys::fs::create_directories(sys::path::parent_path(Name));
  if (!EC) {
    raw_fd_ostream OS(Name, EC);
    if (!EC) {
      OS << Content;
      OS.close();
      EC = OS.error();
      OS.clear_error();
    }
  }
  return EC ? error("cannot write {0} ({1}): set TMPDIR to where there is space", Name,
                    EC.message())
            : Error::success();
}

/// Runs git with what it needs and nothing from the user's configuration, as that may name
/// programs.
class Git {
  TemporaryDirectory &Scratch;
  std::string Program;

public:
  explicit Git(TemporaryDirectory &Scratch) : Scratch(Scratch) {}

  Error find() {
    ErrorOr<std::string> Found = sys::findProgramByName("git");
    if (!Found)
      return error("git is not installed, which reads patches: `apt-get install git`");
    Program = *Found;
    return Error::success();
  }

  struct Output {
    int Status;
    std::string Out, Err;
  };
  Expected<Output> run(ArrayRef<StringRef> Arguments, StringRef Input = "") {
    const std::string In = Scratch.file("git.in"), Out = Scratch.file("git.out"),
                      Err = Scratch.file("git.err");
    if (Error E = writeFile(In, Input))
      return std::move(E);
    SmallVector<StringRef> Args = {Program};
    for (StringRef Setting :
         {"core.fsmonitor=false", "core.hooksPath=/dev/null", "core.attributesFile=/dev/null",
          "protocol.allow=never", "safe.directory=*", "core.quotePath=false"})
      Args.append({"-c", Setting});
    llvm::append_range(Args, Arguments);
    std::vector<std::string> Environment = {
        "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
        "GIT_ATTR_NOSYSTEM=1",   "GIT_TERMINAL_PROMPT=0",
        "GIT_NO_LAZY_FETCH=1",   "LC_ALL=C",
        "HOME=/nonexistent",     "GIT_CEILING_DIRECTORIES=" + Scratch.path().str()};
    if (const char *Path = std::getenv("PATH"))
      Environment.push_back(std::string("PATH=") + Path);
    const SmallVector<StringRef> Env(Environment.begin(), Environment.end());
    std::optional<StringRef> Redirects[] = {StringRef(In), StringRef(Out), StringRef(Err)};
    std::string Message;
    const int Status =
        sys::ExecuteAndWait(Program, Args, ArrayRef<StringRef>(Env), Redirects, 0, 0, &Message);
    if (Status < 0)
      return error("{0} does not run ({1})", Program, Message);
    return Output{Status, contentOf(Out).value_or(""), contentOf(Err).value_or("")};
  }
};

//===----------------------------------------------------------------------===//
// Patches
//===----------------------------------------------------------------------===//

/// Whether \p Name, from a patch, is a file inside the tree.
bool isInside(StringRef Name) {
  if (Name.empty() || sys::path::is_absolute(Name) || Name.contains('\0'))
    return false;
  return llvm::none_of(llvm::make_range(sys::path::begin(Name), sys::path::end(Name)),
                       [](StringRef Part) { return Part == ".." || Part == ".git"; });
}

/// The files that lines of a diff name. Some may be words of a commit message.
std::set<std::string> namedFiles(StringRef Text) {
  std::set<std::string> Names;
  auto Add = [&](StringRef Name, bool HasPrefix) {
    Name = Name.take_until([](char C) { return C == '\t'; }).rtrim("\r");
    if (HasPrefix)
      Name = Name.split('/').second; // git apply -p1
    if (isInside(Name))
      Names.insert(Name.str());
  };
  for (StringRef Line : llvm::split(Text, '\n')) {
    if (Line.consume_front("--- ") || Line.consume_front("+++ "))
      Add(Line, true);
    else if (Line.consume_front("rename from ") || Line.consume_front("rename to ") ||
             Line.consume_front("copy from ") || Line.consume_front("copy to "))
      Add(Line, false);
    else if (Line.consume_front("diff --git "))
      for (StringRef Name : llvm::split(Line, ' ')) // modes and deletions of empty files
        Add(Name, true);
  }
  return Names;
}

bool hasDiff(StringRef Text) {
  return Text.starts_with("diff --git ") || Text.contains("\ndiff --git ") ||
         Text.starts_with("--- ") || Text.contains("\n--- ");
}

struct PatchText {
  std::string Subject, Diff;
};

/// Applies patches to copies of the files they name.
class Applier {
public:
  Applier(StringRef SourceRoot, bool Applied)
      : SourceRoot(SourceRoot), Applied(Applied), G(Scratch) {}

  Expected<ChangeSet> run(ArrayRef<std::string> Names) {
    if (Error E = Scratch.create())
      return std::move(E);
    if (Error E = G.find())
      return std::move(E);
    if (std::error_code EC = sys::fs::create_directories(tree("")))
      return error("cannot write {0} ({1})", tree(""), EC.message());
    std::vector<std::pair<std::string, PatchText>> All;
    for (const std::string &Name : Names) {
      Expected<std::vector<PatchText>> Patches = split(Name);
      if (!Patches)
        return Patches.takeError();
      for (PatchText &P : *Patches)
        All.push_back({Name == "-" ? "the patch on stdin" : Name, std::move(P)});
    }
    Subject = All.front().second.Subject;
    Count = All.size();
    if (Applied) // the last one comes off first
      std::reverse(All.begin(), All.end());
    for (const auto &[Name, P] : All)
      if (Error E = apply(Name, P))
        return std::move(E);
    return result();
  }

private:
  std::string tree(StringRef Name) const { return Scratch.file("tree/" + Name.str()); }

  // A mailbox gives one for each of its messages that has a diff.
  Expected<std::vector<PatchText>> split(StringRef Name) {
    Expected<std::string> Text = readFile(Name);
    if (!Text)
      return Text.takeError();
    std::vector<PatchText> Out;
    if (isMail(*Text)) {
      const std::string Box = Scratch.file("box"), Mails = Scratch.file("mails");
      sys::fs::remove_directories(Mails);
      if (std::error_code EC = sys::fs::create_directories(Mails))
        return error("cannot write {0} ({1})", Mails, EC.message());
      if (Error E = writeFile(Box, *Text))
        return std::move(E);
      Expected<Git::Output> Split = G.run({"mailsplit", "-b", "-o" + Mails, "--", Box});
      if (!Split)
        return Split.takeError();
      unsigned Count = 0;
      if (Split->Status || StringRef(Split->Out).trim().getAsInteger(10, Count))
        return error("{0} is not a mailbox that git understands: {1}", Name,
                     StringRef(Split->Err).trim());
      for (unsigned I = 1; I <= Count; ++I) {
        const std::string Mail = contentOf(fmt::format("{}/{:04}", Mails, I)).value_or("");
        const std::string Message = Scratch.file("message"), Patch = Scratch.file("patch");
        Expected<Git::Output> Info = G.run({"mailinfo", Message, Patch}, Mail);
        if (!Info)
          return Info.takeError();
        PatchText P;
        P.Diff = contentOf(Patch).value_or("");
        for (StringRef Line : llvm::split(Info->Out, '\n'))
          if (Line.consume_front("Subject: "))
            P.Subject = Line.str();
        if (hasDiff(P.Diff)) // not a cover letter
          Out.push_back(std::move(P));
      }
    } else if (hasDiff(*Text)) {
      Out.push_back({sys::path::filename(Name).str(), std::move(*Text)});
    }
    if (Out.empty())
      return error("{0} has no patch in it: give a diff, a mail or an mbox", Name);
    return Out;
  }

  // A header comes before everything else.
  static bool isMail(StringRef Text) {
    if (Text.starts_with("From "))
      return true;
    const auto [Name, Rest] = Text.split('\n').first.split(':');
    return !Rest.empty() && !Name.empty() &&
           llvm::all_of(Name, [](char C) { return isAlnum(C) || C == '-'; }) &&
           Text.contains("\nSubject:");
  }

  Error apply(StringRef From, const PatchText &P) {
    for (const std::string &Name : namedFiles(P.Diff)) {
      if (!Before.try_emplace(Name, std::nullopt).second)
        continue;
      if (std::optional<std::string> Content = contentOf(SourceRoot + "/" + Name)) {
        if (Error E = writeFile(tree(Name), *Content))
          return E;
        Before[Name] = std::move(Content);
      }
    }
    const std::string File = Scratch.file("patch.diff");
    if (Error E = writeFile(File, P.Diff))
      return E;
    const std::string Tree = tree("");
    SmallVector<StringRef> Args = {"-C", Tree, "apply", "-p1", "--whitespace=nowarn"};
    if (Applied)
      Args.push_back("--reverse");
    Args.append({"--", File});
    Expected<Git::Output> Done = G.run(Args);
    if (!Done)
      return Done.takeError();
    if (Done->Status == 0)
      return Error::success();
    StringRef Why = StringRef(Done->Err).trim().split('\n').first;
    Why.consume_front("error: ");
    return error("{0}{1} {2} {3} ({4}): give a patch {5} the analysed tree", From,
                 P.Subject.empty() || From.contains(P.Subject) ? "" : " (" + P.Subject + ")",
                 Applied ? "is not applied to" : "does not apply to", SourceRoot, Why,
                 Applied ? "that is in" : "against");
  }

  Expected<ChangeSet> result() {
    ChangeSet Out;
    Out.Subject = Subject;
    if (Count > 1)
      Out.Subject += formatv(" and {0} more patch{1}", Count - 1, Count == 2 ? "" : "es").str();
    for (auto &[Name, Old] : Before) {
      std::optional<std::string> New = contentOf(tree(Name));
      if (New == Old)
        continue;
      if (Applied)
        std::swap(New, Old);
      Out.Files[Name] = {std::move(Old), std::move(New)};
    }
    Out.DiskIsBefore = !Applied;
    return Out;
  }

  std::string SourceRoot;
  const bool Applied;
  TemporaryDirectory Scratch;
  Git G;
  std::map<std::string, std::optional<std::string>> Before; // what was copied, by name
  std::string Subject;
  size_t Count = 0;
};

//===----------------------------------------------------------------------===//
// Revisions
//===----------------------------------------------------------------------===//

class RangeReader {
public:
  RangeReader(StringRef Range, StringRef SourceRoot)
      : Range(Range), SourceRoot(SourceRoot), G(Scratch) {}

  Expected<ChangeSet> run() {
    if (Error E = Scratch.create())
      return std::move(E);
    if (Error E = G.find())
      return std::move(E);
    auto [From, To] = Range.split("..");
    To.consume_front("."); // A...B would be since where they parted
    const bool Between = Range.contains("..");
    Expected<std::string> A = commit(From);
    if (!A)
      return A.takeError();
    std::string B;
    if (Between) {
      Expected<std::string> Found = commit(To);
      if (!Found)
        return Found.takeError();
      B = *Found;
    }

    SmallVector<StringRef> Diff = {
        "-C",           SourceRoot,    "diff", "--no-ext-diff", "--no-textconv",
        "--no-renames", "--name-only", "-z",   "--relative",    *A};
    if (Between)
      Diff.push_back(B);
    Diff.push_back("--");
    Expected<Git::Output> Listed = G.run(Diff);
    if (!Listed)
      return Listed.takeError();
    if (Listed->Status)
      return error("git diff {0} failed in {1}: {2}", Range, SourceRoot,
                   StringRef(Listed->Err).trim().split('\n').first);
    SmallVector<StringRef> Names;
    SplitString(Listed->Out, Names, StringRef("\0", 1));

    ChangeSet Out;
    Out.Subject = Between ? Range.str() : (Range + "..").str();
    if (Error E = contents(*A, Names, [&](StringRef Name, std::optional<std::string> Text) {
          Out.Files[Name.str()].Before = std::move(Text);
        }))
      return std::move(E);
    if (!Between) {
      for (StringRef Name : Names)
        Out.Files[Name.str()].After = contentOf(SourceRoot + "/" + Name);
    } else if (Error E = contents(B, Names, [&](StringRef Name, std::optional<std::string> Text) {
                 Out.Files[Name.str()].After = std::move(Text);
               })) {
      return std::move(E);
    }
    bool IsBefore = true, IsAfter = true;
    for (const auto &[Name, Change] : Out.Files) {
      const std::optional<std::string> Disk = contentOf(SourceRoot + "/" + Name);
      IsBefore &= Disk == Change.Before;
      IsAfter &= Disk == Change.After;
    }
    if (!IsBefore && !IsAfter)
      return error("--base={0}: {1} has neither of the two checked out: check out {2}", Range,
                   SourceRoot, To);
    Out.DiskIsBefore = IsBefore && !IsAfter;
    return Out;
  }

private:
  Expected<std::string> commit(StringRef Revision) {
    if (Revision.empty() || Revision.starts_with("-"))
      return error("--base={0}: give a revision, or two as A..B", Range);
    Expected<Git::Output> Found = G.run(
        {"-C", SourceRoot, "rev-parse", "--verify", "--quiet", (Revision + "^{commit}").str()});
    if (!Found)
      return Found.takeError();
    if (Found->Status)
      return error("--base={0}: {1} is no revision in a git repository at {2}: fetch it, or give "
                   "--patch FILE",
                   Range, Revision, SourceRoot);
    return StringRef(Found->Out).trim().str();
  }

  // One git for all files: a range may change thousands.
  Error contents(StringRef Commit, ArrayRef<StringRef> Names,
                 function_ref<void(StringRef, std::optional<std::string>)> Take) {
    std::string Wanted;
    for (StringRef Name : Names)
      Wanted += (Commit + ":./" + Name + "\n").str();
    Expected<Git::Output> Listed = G.run({"-C", SourceRoot, "cat-file", "--batch"}, Wanted);
    if (!Listed)
      return Listed.takeError();
    StringRef Rest = Listed->Out;
    for (StringRef Name : Names) {
      // "ID blob SIZE\nCONTENT\n", or "… missing\n"
      StringRef Head;
      std::tie(Head, Rest) = Rest.split('\n');
      SmallVector<StringRef, 3> Words;
      SplitString(Head, Words, " ");
      size_t Size = 0;
      if (Words.size() == 3 && Words[1] == "blob" && !Words[2].getAsInteger(10, Size) &&
          Size < Rest.size()) {
        Take(Name, Rest.take_front(Size).str());
        Rest = Rest.drop_front(Size + 1);
      } else if (Head.ends_with(" missing")) {
        Take(Name, std::nullopt);
      } else {
        return error("git cat-file gave no content for {0} of {1}", Name, Commit);
      }
    }
    return Error::success();
  }

  StringRef Range;
  std::string SourceRoot;
  TemporaryDirectory Scratch;
  Git G;
};

} // namespace

Expected<ChangeSet> readPatches(ArrayRef<std::string> Names, StringRef SourceRoot, bool Applied) {
  return Applier(SourceRoot, Applied).run(Names);
}

Expected<ChangeSet> readRange(StringRef Range, StringRef SourceRoot) {
  return RangeReader(Range, SourceRoot).run();
}

} // namespace gfpcheck
