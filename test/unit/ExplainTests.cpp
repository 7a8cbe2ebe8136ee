//===- ExplainTests.cpp - Checks and findings in full -----------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/checks/Check.h"
#include "gfpcheck/report/Explain.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gfpcheck;
using testing::HasSubstr;
using testing::Not;

namespace {

std::string page(llvm::StringRef Markdown, unsigned Width = 40, bool Styled = false) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writePage(Markdown, OS, Styled, Width);
  return Out;
}

SourceText source(std::string Text) {
  return SourceText([Text](llvm::StringRef File) {
    return File == "a.c" ? llvm::MemoryBuffer::getMemBufferCopy(Text) : nullptr;
  });
}

std::string explain(const Finding &F, SourceText &Source, llvm::StringSet<> Changed = {}) {
  std::string Out;
  llvm::raw_string_ostream OS(Out);
  writeExplanation(F, Source, Changed, OS, /*Styled=*/false, 80);
  return Out;
}

Finding sample() {
  Finding F;
  F.Id = "0123456789abcdef";
  F.Check = "sleep-in-atomic";
  F.Conf = Confidence::Medium;
  F.File = "a.c";
  F.Line = 2;
  F.Column = 9;
  F.Message = "kmalloc() may sleep";
  F.Paths = {{"down",
              {{StepKind::Lock, "a.c", 1, "f", "takes it"},
               {StepKind::Call, "gone.h", 7, "g", "calls h()"}}}};
  return F;
}

} // namespace

TEST(Page, WrapsParagraphsAndLists) {
  EXPECT_EQ(
      page("# The title\n\nOne `two` **three** *four* [five](six.md)\n[web](https://a.b) end.\n\n"
           "* first item that is long enough to be wrapped\n* second\n"),
      "The title\n"
      "=========\n"
      "\n"
      "One two three four five web\n"
      "<https://a.b> end.\n"
      "\n"
      "  * first item that is long enough to be\n"
      "    wrapped\n"
      "  * second\n");
}

TEST(Page, CodeIsLeftAlone) {
  EXPECT_EQ(page("Text.\n```c\nif (*p  | [q](r))\n\n\treturn; /* long long long long long long "
                 "*/\n```\nMore.\n"),
            "Text.\n"
            "\n"
            "    if (*p  | [q](r))\n"
            "\n"
            "    \treturn; /* long long long long long long */\n"
            "\n"
            "More.\n");
}

TEST(Page, TablesBecomeLists) {
  EXPECT_EQ(page("| A | B |\n|---|---|\n| one | `two` \\| three |\n| 4 | 5 |\n"),
            "  one\n"
            "      two \\| three\n"
            "  4\n"
            "      5\n");
}

TEST(Page, MarksThatDoNotCloseAreText) {
  EXPECT_EQ(page("a * b `c [d] e*f\n"), "a * b `c [d] e*f\n");
  EXPECT_EQ(page("**\n*\n`\n[\n"), "** * ` [\n");
}

TEST(Page, Styles) {
  EXPECT_EQ(page("a `b` **c** [d](e)\n", 40, true),
            "a \x1b[36mb\x1b[0m \x1b[1mc\x1b[0m \x1b[4md\x1b[0m\n");
}

TEST(Page, EveryCheckHasOne) {
  for (const CheckInfo &I : allChecks())
    EXPECT_TRUE(checkPage(I.Id).starts_with("# " + std::string(I.Id) + "\n")) << I.Id;
  EXPECT_EQ(checkPage("no-such"), "");
}

TEST(Explain, DiffOfAFixIt) {
  SourceText Source = source("1\n2\n3\n4\n\tx = f(1, GFP_KERNEL | A);\n6\n");
  EXPECT_EQ(unifiedDiff({"a.c", 5, 11, "GFP_KERNEL", "GFP_NOFS"}, Source),
            "--- a/a.c\n"
            "+++ b/a.c\n"
            "@@ -2,5 +2,5 @@\n"
            " 2\n"
            " 3\n"
            " 4\n"
            "-\tx = f(1, GFP_KERNEL | A);\n"
            "+\tx = f(1, GFP_NOFS | A);\n"
            " 6\n");
  // Another text there by now, no such line, no such file.
  EXPECT_EQ(unifiedDiff({"a.c", 5, 10, "GFP_KERNEL", "GFP_NOFS"}, Source), "");
  EXPECT_EQ(unifiedDiff({"a.c", 7, 1, "x", "y"}, Source), "");
  EXPECT_EQ(unifiedDiff({"b.c", 1, 1, "1", "2"}, Source), "");
}

TEST(Explain, ShowsLinesAndSaysWhichAreNot) {
  SourceText Source = source("\tspin_lock(&a->lock);\n");
  const std::string Text = explain(sample(), Source);
  EXPECT_THAT(Text, HasSubstr("a.c:1: in f\n     takes it\n       1 | spin_lock(&a->lock);\n"));
  EXPECT_THAT(Text, HasSubstr("note: gone.h cannot be read"));
  EXPECT_THAT(Text, Not(HasSubstr("a.c has changed")));
  EXPECT_THAT(explain(sample(), Source, {"a.c"}), HasSubstr("note: a.c has changed since"));
}

TEST(Explain, SaysWhyItIsNotSurer) {
  Finding F = sample();
  F.Reasons = {{Confidence::Medium, "a call may go to 2 functions"}};
  F.Assumptions = {"it goes to the first"};
  SourceText Source = source("");
  const std::string Text = explain(F, Source);
  EXPECT_THAT(Text,
              HasSubstr("Confidence: medium\n  - a call may go to 2 functions (medium at most)\n"));
  EXPECT_THAT(Text, HasSubstr("Assumed\n  - it goes to the first\n"));
}

TEST(Explain, ControlCharactersOfTheSourceDoNotReachTheTerminal) {
  SourceText Source = source("x\x1b[2Jy\n");
  EXPECT_EQ(explain(sample(), Source).find('\x1b'), std::string::npos);
}

TEST(Explain, EveryCheckCanBeReproduced) {
  for (const CheckInfo &I : allChecks()) {
    Finding F = sample();
    F.Check = I.Id;
    EXPECT_FALSE(waysToReproduce(F).empty()) << I.Id;
  }
  Finding F = sample();
  F.Check = "no-such";
  EXPECT_TRUE(waysToReproduce(F).empty());
}

TEST(Explain, LockdepKnowsReclaimWithFsOnly) {
  Finding F = sample();
  F.Check = "reclaim-lock-inversion";
  auto Has = [&](const char *Text) {
    return llvm::any_of(waysToReproduce(F), [&](const std::string &Way) {
      return Way.find(Text) != std::string::npos;
    });
  };
  F.Paths[0].To = reclaimNode(ReclaimLevel::Fs);
  EXPECT_FALSE(Has("lockdep does not see it"));
  F.Paths[0].To = reclaimNode(ReclaimLevel::Io);
  EXPECT_TRUE(Has("lockdep does not see it"));
}
