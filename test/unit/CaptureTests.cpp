//===- CaptureTests.cpp - Compile databases, Kbuild's records, mirrors --------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/capture/CompileDatabase.h"
#include "gfpcheck/capture/Kbuild.h"
#include "gfpcheck/capture/Mirror.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace gfpcheck;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

/// A file that is gone when the test ends.
class TemporaryFile {
public:
  explicit TemporaryFile(llvm::StringRef Content) {
    int Fd;
    EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("capture", "json", Fd, Path));
    llvm::raw_fd_ostream(Fd, /*shouldClose=*/true) << Content;
  }
  ~TemporaryFile() { llvm::sys::fs::remove(Path); }
  llvm::SmallString<128> Path;
};

std::vector<CompileCommand> load(llvm::StringRef Text) {
  TemporaryFile File(Text);
  auto Commands = loadCompileDatabase(File.Path);
  if (Commands)
    return std::move(*Commands);
  ADD_FAILURE() << toString(Commands.takeError());
  return {};
}

std::string loadError(llvm::StringRef Text) {
  TemporaryFile File(Text);
  auto Commands = loadCompileDatabase(File.Path);
  return Commands ? "" : toString(Commands.takeError());
}

TEST(ShellSplitting, QuotesAsAShellDoes) {
  EXPECT_THAT(splitShellCommand("cc  -c a.c"), ElementsAre("cc", "-c", "a.c"));
  EXPECT_THAT(splitShellCommand(R"(-DN='"x y"')"), ElementsAre(R"(-DN="x y")"));
  EXPECT_THAT(splitShellCommand(R"(-DN=\"x\" 'a\b' "c\d\"e\$f")"),
              ElementsAre(R"(-DN="x")", R"(a\b)", R"(c\d"e$f)"));
  EXPECT_THAT(splitShellCommand("a '' \"\" b"), ElementsAre("a", "", "", "b"));
  EXPECT_THAT(splitShellCommand("a\\ b 'c'\"d\"e"), ElementsAre("a b", "cde"));
  EXPECT_THAT(splitShellCommand("a\\\n b"), ElementsAre("a", "b"));
  EXPECT_THAT(splitShellCommand(" \n"), IsEmpty());
}

TEST(CompileDatabase, ReadsBothForms) {
  auto Commands = load(R"([
    {"directory": "/b", "file": "x.c", "output": "x.o", "arguments": ["cc", "-DA=\"b\"", "x.c"]},
    {"directory": "/b", "file": "/s/y.c", "command": "cc -DA='\"b\"' /s/y.c"}])");
  ASSERT_EQ(Commands.size(), 2u);
  EXPECT_EQ(Commands[0].Output, "x.o");
  EXPECT_THAT(Commands[0].Args, ElementsAre("cc", "-DA=\"b\"", "x.c"));
  EXPECT_EQ(Commands[1].Output, "");
  EXPECT_THAT(Commands[1].Args, ElementsAre("cc", "-DA=\"b\"", "/s/y.c"));
}

TEST(CompileDatabase, KeepsOneOfEqualEntriesAndNoAssembler) {
  auto Commands = load(R"([
    {"directory": "/b", "file": "x.c", "command": "cc x.c"},
    {"directory": "/b", "file": "head.S", "command": "cc head.S"},
    {"directory": "/b", "file": "x.c", "arguments": ["cc", "x.c"]},
    {"directory": "/b", "file": "x.c", "arguments": ["cc", "-DV=2", "x.c"]}])");
  ASSERT_EQ(Commands.size(), 2u);
  EXPECT_THAT(Commands[1].Args, ElementsAre("cc", "-DV=2", "x.c"));
}

TEST(CompileDatabase, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(loadError("{"), HasSubstr("is not valid JSON"));
  EXPECT_THAT(loadError("{}"), HasSubstr("is not a JSON array"));
  EXPECT_THAT(loadError("[1]"), HasSubstr("entry 1: is not an object"));
  EXPECT_THAT(loadError(R"([{"file": "x.c", "command": "cc"}])"),
              HasSubstr("entry 1: has no \"directory\""));
  EXPECT_THAT(loadError(R"([{"directory": "/b", "command": "cc"}])"), HasSubstr("has no \"file\""));
  EXPECT_THAT(loadError(R"([{"directory": "/b", "file": "x.c"}])"),
              HasSubstr("has neither \"arguments\" nor \"command\""));
  EXPECT_THAT(loadError(R"([{"directory": "/b", "file": "x.c", "arguments": [1]}])"),
              HasSubstr("not a string"));
  EXPECT_THAT(loadError(R"([{"directory": "/b", "file": "x.c", "command": " "}])"),
              HasSubstr("has an empty command"));
  auto Missing = loadCompileDatabase("/nowhere/compile_commands.json");
  ASSERT_FALSE(Missing);
  EXPECT_THAT(toString(Missing.takeError()), HasSubstr("cannot read compile database /nowhere/"));
}

TEST(CompileDatabase, WritesInAnOrderOfItsOwn) {
  CompileCommand A{"/b", "a.c", "a.o", {"cc", "-DQ=\"\\\"", "a.c"}};
  CompileCommand B{"/b", "b.c", "b.o", {"cc", "b.c"}};
  std::string Text = formatCompileDatabase({B, A});
  EXPECT_EQ(Text, formatCompileDatabase({A, B}));
  auto Commands = load(Text);
  ASSERT_EQ(Commands.size(), 2u);
  EXPECT_EQ(Commands[0].Args, A.Args);
  EXPECT_EQ(Commands[1].File, "b.c");
}

TEST(MakeArguments, AreSortedByWhatTheyMean) {
  auto Args = kbuild::parseMakeArguments(
      {"ARCH=arm64", "-k", "defconfig", "kvm_guest.config", "fs/ext4/", "all", "ARCH=riscv"});
  ASSERT_TRUE(bool(Args));
  EXPECT_THAT(Args->Variables, ElementsAre("ARCH=arm64", "-k", "ARCH=riscv"));
  EXPECT_THAT(Args->ConfigGoals, ElementsAre("defconfig", "kvm_guest.config"));
  EXPECT_THAT(Args->Goals, ElementsAre("fs/ext4/"));
  EXPECT_EQ(Args->variable("ARCH"), "riscv");
  EXPECT_EQ(Args->variable("LLVM", "-22"), "-22");
}

TEST(MakeArguments, RejectWhatCaptureDecides) {
  for (std::vector<std::string> Words :
       {std::vector<std::string>{"O=/b"}, {"clean"}, {"modules_install"}, {"M=x", "fs/"}, {"M="}}) {
    auto Args = kbuild::parseMakeArguments(Words);
    EXPECT_FALSE(bool(Args)) << Words.front();
    llvm::consumeError(Args.takeError());
  }
}

TEST(MakeFailures, AreTheFirstCausesOnly) {
  auto Failures = kbuild::readFailures(
      "drivers/x.c:3:1: error: expected ';'\n"
      "make[4]: *** [/src/scripts/Makefile.build:229: drivers/x.o] Error 1\n"
      "make[4]: *** No rule to make target 'mm/gone.o', needed by 'mm/built-in.a'.\n"
      "make[4]: *** No rule to make target 'certs/key.pem', needed by 'certs/list'.  Stop.\n"
      "make[4]: Target 'drivers/' not remade because of errors.\n"
      "make[3]: *** [/src/scripts/Makefile.build:478: drivers] Error 2\n"
      "make[1]: *** [/src/Makefile:236: __sub-make] Error 2\n");
  EXPECT_THAT(Failures.Targets, ElementsAre("drivers/x.o", "mm/gone.o", "certs/list"));
  EXPECT_EQ(Failures.FirstError, "drivers/x.c:3:1: error: expected ';'");
  EXPECT_THAT(kbuild::readFailures("all is well\n").Targets, IsEmpty());
}

TEST(Mirrors, LeaveOutWhatKbuildMakes) {
  llvm::StringSet<> Siblings;
  for (const char *Name : {"a.c", "a.o", ".b.c.cmd", "b.c", "c.c", "c.c_shipped", "modules.order"})
    Siblings.insert(Name);
  for (const char *Name : {"a.o", "b.c", "c.c", "modules.order", ".config", "x.mod.c"})
    EXPECT_TRUE(isGeneratedFile(Name, Siblings)) << Name;
  for (const char *Name : {"a.c", "c.c_shipped", "head.S", "Kbuild", "defconfig"})
    EXPECT_FALSE(isGeneratedFile(Name, Siblings)) << Name;
}

TEST(Mirrors, MapWholeNamesBack) {
  Mirror M{"/src/linux", "/b/.gfpcheck/src"};
  EXPECT_EQ(M.toOriginal("-I/b/.gfpcheck/src/include"), "-I/src/linux/include");
  EXPECT_EQ(M.toOriginal("-fmacro-prefix-map=/b/.gfpcheck/src/="),
            "-fmacro-prefix-map=/src/linux/=");
  EXPECT_EQ(M.toOriginal("/b/.gfpcheck/src"), "/src/linux");
  EXPECT_EQ(M.toOriginal("/b/.gfpcheck/src2/x"), "/b/.gfpcheck/src2/x");
  EXPECT_EQ(M.toOriginal("-O2"), "-O2");
}

} // namespace
