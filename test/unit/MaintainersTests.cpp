//===- MaintainersTests.cpp - Whose code a file is --------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// That all of a real file is read as get_maintainer.pl reads it is tested in
// test/kernel/maintainers.test.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/report/Maintainers.h"
#include "gtest/gtest.h"

using namespace gfpcheck;

namespace {

constexpr const char *Text = R"(List of maintainers
===================

Maintainers List
----------------

ALPHA DRIVER
M:	A <a@example.org>
F:	drivers/alpha
F:	include/linux/alpha*.h
X:	drivers/alpha/old/

BETA
# a comment
F:	drivers/beta/*.c
F:	drivers/alpha/beta.c

GAMMA
F:	drivers/alpha/gamma.c
N:	[^a-z]gamma

BETA, ALL BUT C
F:	drivers/beta/

NETWORKING
F:	net/
F:	*/net/x/

THE REST
F:	*
F:	*/
)";

std::string of(llvm::StringRef File, llvm::StringRef In = Text) {
  return Maintainers(In, [](llvm::StringRef Path) { return Path == "drivers/alpha"; })
      .subsystem(File)
      .str();
}

} // namespace

TEST(Maintainers, Directories) {
  EXPECT_EQ(of("drivers/alpha/a.c"), "ALPHA DRIVER");
  EXPECT_EQ(of("drivers/alpha/deep/er/a.c"), "ALPHA DRIVER");
  EXPECT_EQ(of("drivers/alphabet/a.c"), "THE REST");
  EXPECT_EQ(of("net/core/dev.c"), "NETWORKING");
}

TEST(Maintainers, Exclusion) { EXPECT_EQ(of("drivers/alpha/old/a.c"), "THE REST"); }

TEST(Maintainers, GlobsStayInTheirDirectory) {
  EXPECT_EQ(of("include/linux/alpha_ops.h"), "ALPHA DRIVER");
  EXPECT_EQ(of("include/linux/alpha/ops.h"), "THE REST");
  // Not anchored at the end, as in get_maintainer.pl.
  EXPECT_EQ(of("drivers/beta/b.cpp"), "BETA");
}

TEST(Maintainers, TheMostSpecific) {
  EXPECT_EQ(of("drivers/beta/b.c"), "BETA");
  EXPECT_EQ(of("drivers/beta/b.h"), "BETA, ALL BUT C");
  EXPECT_EQ(of("drivers/beta/sub/b.c"), "BETA, ALL BUT C");
  // The file itself is more than its directory. But where N is the last of the patterns of a
  // section that match, they count for nothing.
  EXPECT_EQ(of("drivers/alpha/beta.c"), "BETA");
  EXPECT_EQ(of("drivers/alpha/gamma.c"), "ALPHA DRIVER");
  EXPECT_EQ(of("sound/gamma.c"), "GAMMA");
  EXPECT_EQ(of("sound/alphagamma.c"), "THE REST");
}

TEST(Maintainers, TheRest) {
  EXPECT_EQ(of("README"), "THE REST");
  EXPECT_EQ(of("a/b/c/d"), "THE REST");
  // * in front is less than all; the first of equals.
  EXPECT_EQ(of("drivers/net/x/y.c"), "NETWORKING");
}

TEST(Maintainers, WhatIsNoPatternIsLeftOut) {
  EXPECT_EQ(of("a.c", "TITLE\nF:\t[\nN:\t(\nF:\nF:\ta.c\n"), "TITLE");
  EXPECT_EQ(of("a.c", "TITLE\nF:\t[\nN:\t(\n"), "");
  EXPECT_EQ(of("a.c", ""), "");
  EXPECT_EQ(of("a.c", "F:\ta.c\n"), "");
  EXPECT_EQ(of("a.c", std::string("\xff\0T\nF:\ta.c", 10)), std::string("\xff\0T", 3));
}
