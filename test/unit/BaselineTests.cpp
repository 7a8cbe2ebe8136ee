//===- BaselineTests.cpp - Findings that are known and left alone -----------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Baseline.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gfpcheck;
using testing::ElementsAre;

namespace {

Finding finding(const char *Id = "0123456789abcdef") {
  Finding F;
  F.Id = Id;
  F.Check = "sleep-in-atomic";
  F.File = "drivers/a.c";
  F.Function = "refill";
  F.Message = "kzalloc() may sleep in atomic context: top() holds spinlock &a->pool.lock";
  F.Paths = {{"path",
              {{StepKind::Lock, "drivers/a.c", 12, "top", "takes &dev.lock (spin_lock)"},
               {StepKind::Call, "drivers/a.c", 13, "top", "calls refill()"}}}};
  return F;
}

Baseline parse(llvm::StringRef Text) {
  llvm::Expected<Baseline> B = Baseline::parse(Text, "base");
  EXPECT_TRUE(static_cast<bool>(B)) << toString(B.takeError());
  return B ? *B : Baseline();
}

std::string errorOf(llvm::StringRef Text) {
  llvm::Expected<Baseline> B = Baseline::parse(Text, "base");
  return B ? "" : toString(B.takeError());
}

/// Whether an entry by names with this function and entity covers finding().
bool covered(const char *FunctionAndEntity) {
  return parse(std::string("sleep-in-atomic ") + FunctionAndEntity + " # r").find(finding());
}

} // namespace

TEST(Baseline, Parses) {
  Baseline B = parse("# head\n"
                     "\n"
                     "0123456789abcdef  sleep-in-atomic  fs/a.c  run  # never   under load \n"
                     "\toom-path\tx()  *\t#r # s\r\n"
                     "gfp-mismatch  y()  z#q  # no newline");
  ASSERT_EQ(B.entries().size(), 3u);
  EXPECT_EQ(B.entries()[0].Id, "0123456789abcdef");
  EXPECT_EQ(B.entries()[0].Check, "sleep-in-atomic");
  EXPECT_EQ(B.entries()[0].File, "fs/a.c");
  EXPECT_EQ(B.entries()[0].Function, "run");
  EXPECT_EQ(B.entries()[0].Reason, "never   under load");
  EXPECT_EQ(B.entries()[0].Line, 3u);
  EXPECT_EQ(B.entries()[1].Id, "");
  EXPECT_EQ(B.entries()[1].Check, "oom-path");
  EXPECT_EQ(B.entries()[1].Function, "x");
  EXPECT_EQ(B.entries()[1].Entity, "*");
  EXPECT_EQ(B.entries()[1].Reason, "r # s");
  EXPECT_EQ(B.entries()[2].Entity, "z#q");
  EXPECT_EQ(B.entries()[2].Line, 5u);
  EXPECT_TRUE(parse("").entries().empty());
  EXPECT_TRUE(parse("\n# only this\n").entries().empty());
}

TEST(Baseline, OneErrorForWhatIsMalformed) {
  const char *NoReason = "base:2: no reason: end the line with `# why this is not to be reported`";
  EXPECT_EQ(errorOf("\n0123456789abcdef  check  f.c  g"), NoReason);
  EXPECT_EQ(errorOf("\n0123456789abcdef  check  f.c  g  #  "), NoReason);
  EXPECT_EQ(errorOf("\n0123456789abcdef  check  f.c  g#why"), NoReason);
  EXPECT_EQ(errorOf("0123456789abcdef  check  f.c  # r"),
            "base:1: 3 words before the reason; an id is followed by CHECK FILE FUNCTION");
  EXPECT_EQ(errorOf("0123456789abcdef  check  f.c  g  h  # r"),
            "base:1: 5 words before the reason; an id is followed by CHECK FILE FUNCTION");
  EXPECT_EQ(errorOf("0123456789ABCDEF  check  f.c  g  # r"),
            "base:1: '0123456789ABCDEF' is neither the id of a finding (16 hexadecimal digits) "
            "nor a check");
  const char *Names =
      "base:1: the check 'oom-path' is not followed by FUNCTION() and an entity (* is any)";
  EXPECT_EQ(errorOf("oom-path  # r"), Names);
  EXPECT_EQ(errorOf("oom-path  f()  # r"), Names);
  EXPECT_EQ(errorOf("oom-path  f  x  # r"), Names);
  EXPECT_EQ(errorOf("oom-path  ()  x  # r"), Names);
  EXPECT_EQ(errorOf("oom-path  f()  ()  # r"), Names);
  EXPECT_EQ(errorOf("oom-path  f()  x  y  # r"), Names);
  EXPECT_EQ(errorOf("<<<<<<< HEAD"), "base:1: a merge conflict that is not resolved");
  EXPECT_EQ(errorOf("oom-path  f()  \xff  # r"), "base:1: not text in UTF-8");
  EXPECT_EQ(errorOf(llvm::StringRef("oom-path  f()  x  # \0", 21)), "base:1: not text in UTF-8");
}

TEST(Baseline, ById) {
  Baseline B = parse("0123456789abcdef  any-check  any.c  any  # r");
  EXPECT_NE(B.find(finding()), nullptr);
  EXPECT_EQ(B.find(finding("0123456789abcde0")), nullptr);
}

TEST(Baseline, ByNames) {
  // Where the finding is, and where its path begins.
  EXPECT_TRUE(covered("refill() *"));
  EXPECT_TRUE(covered("top() *"));
  EXPECT_FALSE(covered("kzalloc() *"));
  EXPECT_FALSE(covered("refil() *"));
  // What the message names, in whichever form, as a whole word.
  EXPECT_TRUE(covered("refill() kzalloc()"));
  EXPECT_TRUE(covered("refill() kzalloc"));
  EXPECT_TRUE(covered("refill() a.pool.lock"));
  EXPECT_TRUE(covered("refill() &a->pool.lock"));
  EXPECT_FALSE(covered("refill() pool.lock"));
  EXPECT_FALSE(covered("refill() a->pool"));
  EXPECT_FALSE(covered("refill() alloc"));
  // What a lock step names; other steps do not count.
  EXPECT_TRUE(covered("refill() dev.lock"));
  EXPECT_FALSE(covered("top() refill()"));
  // The check.
  EXPECT_EQ(parse("oom-path  refill()  *  # r").find(finding()), nullptr);
}

TEST(Baseline, SuppressesWithTheReasonOfTheFirstThatCovers) {
  Baseline B = parse("sleep-in-atomic  refill()  *  # by names\n"
                     "0123456789abcdef  sleep-in-atomic  a.c  refill  # by id\n"
                     "0123456789abcdef  sleep-in-atomic  a.c  refill  # twice\n");
  std::vector<Finding> Findings = {finding(), finding("fedcba9876543210"), finding("00")};
  Findings[2].Function = "other";
  Findings[2].Paths.clear();
  B.suppress(Findings);
  EXPECT_EQ(Findings[0].Suppressed, "by id");
  EXPECT_EQ(Findings[1].Suppressed, "by names");
  EXPECT_EQ(Findings[2].Suppressed, "");
  EXPECT_THAT(B.uses(Findings),
              ElementsAre(ElementsAre(&Findings[1]), ElementsAre(&Findings[0]), ElementsAre()));
}

TEST(Baseline, WhatIsThereIsKeptAsItIs) {
  const char *Text = "# head\n"
                     "\n"
                     "# about this one\n"
                     "0000000000000001   sleep-in-atomic a.c f   # r\n"
                     "\n"
                     "oom-path\tx() *  # s\n"
                     "# end\n";
  EXPECT_EQ(parse(Text).text(), Text);
  EXPECT_EQ(parse("# head\n").text(), "# head\n");
}

TEST(Baseline, AddsInOrder) {
  Baseline B = parse("# head\n"
                     "\n"
                     "# two\n"
                     "0000000000000002  c-d  a.c  f  # r\n"
                     "0000000000000001  c-d  a.c  f  # unsorted\n"
                     "oom-path  x()  *  # s\n");
  B.add(finding(), "  known ");
  EXPECT_NE(B.find(finding()), nullptr);
  const std::string Text = B.text();
  EXPECT_EQ(Text, "# head\n"
                  "\n"
                  "0000000000000001  c-d  a.c  f  # unsorted\n"
                  "# two\n"
                  "0000000000000002  c-d  a.c  f  # r\n"
                  "0123456789abcdef  sleep-in-atomic  drivers/a.c  refill  # known\n"
                  "oom-path  x()  *  # s\n");
  EXPECT_EQ(parse(Text).text(), Text);
}

TEST(Baseline, WhateverIsAddedCanBeReadAgain) {
  Finding F = finding();
  F.File = "#a b\t%\n\xff.c";
  F.Function = "";
  Baseline B;
  B.add(F, "known");
  EXPECT_EQ(parse(B.text()).text(), B.text());
  EXPECT_NE(B.text().find("%23a%20b%09%25%0A\xef\xbf\xbd.c  -  # known"), std::string::npos);
}

TEST(Baseline, RemovesWithTheCommentAbove) {
  Baseline B = parse("# head\n"
                     "\n"
                     "# one\n"
                     "0000000000000001  c-d  a.c  f  # r\n"
                     "# group\n"
                     "\n"
                     "# two\n"
                     "0000000000000002  c-d  a.c  f  # r\n"
                     "0000000000000003  c-d  a.c  f  # r\n");
  B.remove([](const BaselineEntry &E) { return E.Id != "0000000000000003"; });
  EXPECT_EQ(B.text(), "# head\n"
                      "\n"
                      "# group\n"
                      "\n"
                      "0000000000000003  c-d  a.c  f  # r\n");
}

TEST(Baseline, Reasons) {
  for (const char *Bad : {"", "  ", "a\nb", "\xff", "a\x01"})
    EXPECT_TRUE(errorToBool(checkReason(Bad))) << Bad;
  EXPECT_FALSE(errorToBool(checkReason("it's # fine")));
}
