//===- ExtractTestHelper.h - Summaries of snippets of C -------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_TEST_EXTRACTTESTHELPER_H
#define GFPCHECK_TEST_EXTRACTTESTHELPER_H

#include "gfpcheck/extract/Extract.h"
#include "gfpcheck/summary/Dump.h"
#include "llvm/ADT/StringRef.h"
#include "gtest/gtest.h"

namespace gfpcheck {

/// A source tree in memory, at /src.
class SourceTree {
public:
  explicit SourceTree(bool SkipInlines = true) : E(options(SkipInlines)) {}

  SourceTree &file(llvm::StringRef Name, llvm::StringRef Content) {
    E.addVirtualFile(("/src/" + Name).str(), Content);
    return *this;
  }

  TuResult extract(llvm::StringRef Name, std::vector<std::string> Options = {}) {
    CompileCommand C;
    C.Directory = "/src";
    C.File = Name.str();
    C.Args = {"clang", "-std=gnu11", "-nostdinc", "-I/src", "-c", Name.str()};
    C.Args.insert(C.Args.begin() + 1, Options.begin(), Options.end());
    return E.extract(C);
  }

  Extractor E;

private:
  static ExtractOptions options(bool SkipInlines) {
    ExtractOptions O;
    O.SourceRoot = "/src";
    O.SkipInlines = SkipInlines;
    return O;
  }
};

/// The summary of one file that must parse.
inline TuResult extractSource(llvm::StringRef Code, std::vector<std::string> Options = {}) {
  SourceTree Tree;
  TuResult R = Tree.file("t.c", Code).extract("t.c", Options);
  EXPECT_FALSE(R.Failed) << R.FirstError;
  return R;
}

/// The dump of function Name, without its first line; "" if there is none.
inline std::string body(const TuSummary &S, llvm::StringRef Name) {
  for (const Function &F : S.Functions)
    if (S.str(S.Symbols[F.Sym].Name) == Name)
      return llvm::StringRef(dumpFunction(S, F)).split('\n').second.str();
  return "";
}

/// The dump of a function f in Code, without line and column numbers.
inline std::string bodyOf(llvm::StringRef Code) {
  std::string Text = body(extractSource(Code).Summary, "f");
  std::string Result;
  llvm::SmallVector<llvm::StringRef, 32> Lines;
  llvm::StringRef(Text).split(Lines, '\n', -1, false);
  for (llvm::StringRef Line : Lines) {
    Line = Line.trim();
    if (isdigit(Line[0]) && Line.contains(' '))
      Line = Line.split(' ').second;
    Result += Line.str() + "\n";
  }
  return Result;
}

} // namespace gfpcheck

#endif // GFPCHECK_TEST_EXTRACTTESTHELPER_H
