//===- Maintainers.cpp - Whose code a file is -------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a pattern matches, and which of several sections is the most specific, is as
// get_maintainers() and file_match_pattern() of scripts/get_maintainer.pl have it:
//
//   F: dir/     all that is below; a directory without the slash is the same
//   F: a*.c     what begins so, in that directory: * matches a / too, but the number of
//               slashes must be that of the pattern
//   X:          the same, and the section is not this file's
//   N: regex    anywhere in the path
//
// A section counts by the depth of the last of its patterns that matches: its slashes, one more
// for a file, 0 for N, less than all where it begins with *.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Maintainers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using llvm::StringRef;

namespace gfpcheck {

bool Maintainers::Pattern::matches(StringRef File) const {
  if (Name)
    return Name->match(File);
  if (Slashes >= 0 && int(File.count('/')) != Slashes)
    return false;
  return Glob ? Glob->match(File) : File.starts_with(Text);
}

Maintainers::Maintainers(StringRef Text, llvm::function_ref<bool(StringRef)> IsDirectory) {
  // Titles are what stands before the entries; of the text at the top of the file only the
  // last line would be one, and has no entries.
  std::string Title;
  bool InEntries = false;
  while (!Text.empty()) {
    StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    Line = Line.rtrim();
    if (Line.size() < 2 || !llvm::isUpper(Line[0]) || Line[1] != ':') {
      if (Line.empty() || Line.starts_with("#"))
        continue;
      Title = Line.str();
      InEntries = false;
      continue;
    }
    if (!InEntries)
      Sections.push_back({Title, {}, {}});
    InEntries = true;
    const char Kind = Line[0];
    Pattern P;
    P.Text = Line.drop_front(2).trim().str();
    if (P.Text.empty() || (Kind != 'F' && Kind != 'X' && Kind != 'N'))
      continue;
    if (Kind == 'N') {
      llvm::erase_if(P.Text, llvm::isSpace); // Perl's /x
      P.Name.emplace(P.Text);
      if (!P.Name->isValid())
        continue;
    } else {
      P.IsGlob = StringRef(P.Text).find_first_of("*?[") != StringRef::npos;
      if (!P.IsGlob && !StringRef(P.Text).ends_with("/") && IsDirectory(P.Text))
        P.Text += '/';
      const bool Below = StringRef(P.Text).ends_with("/");
      const int Slashes = StringRef(P.Text).count('/');
      P.Slashes = Below ? -1 : Slashes;
      P.Specificity = StringRef(P.Text).starts_with("*") ? -1 : Slashes + !Below;
      if (P.IsGlob)
        P.Text += '*';
      if (P.IsGlob)
        if (llvm::Error E = llvm::GlobPattern::create(P.Text).takeError()) {
          llvm::consumeError(std::move(E));
          continue;
        }
    }
    Section &S = Sections.back();
    (Kind == 'X' ? S.Excluding : S.Matching).push_back(std::move(P));
  }
  // Now that texts are where they stay.
  for (Section &S : Sections)
    for (std::vector<Pattern> *List : {&S.Matching, &S.Excluding})
      for (Pattern &P : *List)
        if (P.IsGlob)
          P.Glob = llvm::cantFail(llvm::GlobPattern::create(P.Text));
}

StringRef Maintainers::subsystem(StringRef File) const {
  const Section *Best = nullptr;
  int Most = 0;
  for (const Section &S : Sections) {
    const Pattern *Last = nullptr;
    for (const Pattern &P : S.Matching)
      if (P.matches(File))
        Last = &P;
    if (!Last || (Best && Last->Specificity <= Most) ||
        llvm::any_of(S.Excluding, [&](const Pattern &P) { return P.matches(File); }))
      continue;
    Best = &S;
    Most = Last->Specificity;
  }
  return Best ? StringRef(Best->Title) : "";
}

} // namespace gfpcheck
