//===- MakeRunner.cpp - Running the kernel's make -----------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MakeRunner.h"
#include "CaptureProtocol.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include <unistd.h>

extern char **environ;

using namespace llvm;

namespace gfpcheck {

static Error fail(const Twine &Message) {
  return createStringError(inconvertibleErrorCode(), Message);
}

/// First line that \p Program --version prints, "" if it fails.
static std::string versionLine(StringRef Program, ArrayRef<StringRef> Leading) {
  SmallString<128> Output;
  int Fd;
  if (sys::fs::createTemporaryFile("gfpcheck-version", "txt", Fd, Output))
    return "";
  close(Fd);
  SmallVector<StringRef> Args(Leading.begin(), Leading.end());
  Args.push_back("--version");
  std::optional<StringRef> Redirects[] = {StringRef(), StringRef(Output), StringRef()};
  std::string Line;
  if (sys::ExecuteAndWait(Program, Args, std::nullopt, Redirects) == 0)
    if (auto Buffer = MemoryBuffer::getFile(Output))
      Line = (*Buffer)->getBuffer().split('\n').first.str();
  sys::fs::remove(Output);
  return Line;
}

Expected<Toolchain> findToolchain(const kbuild::MakeArguments &Args) {
  Toolchain Tools;
  ErrorOr<std::string> Make = sys::findProgramByName("make");
  if (!Make)
    return fail("make is not installed; install it with `apt-get install make`");
  Tools.Make = *Make;

  const std::string Default = "-" + std::to_string(LLVM_VERSION_MAJOR);
  if (Args.hasVariable("CC")) {
    Tools.Compiler = Args.variable("CC");
    Tools.Llvm = Args.variable("LLVM", Default);
  } else {
    Tools.Llvm = Args.variable("LLVM", Default);
    StringRef Llvm = Tools.Llvm;
    if (Llvm.empty())
      Tools.Compiler = Args.variable("CROSS_COMPILE") + "gcc";
    else if (Llvm.ends_with("/"))
      Tools.Compiler = (Llvm + "clang").str();
    else
      Tools.Compiler = Llvm.starts_with("-") ? ("clang" + Llvm).str() : "clang";
  }
  SmallVector<StringRef> Words;
  SplitString(Tools.Compiler, Words, " ");
  ErrorOr<std::string> Program =
      Words.empty() ? std::errc::no_such_file_or_directory : sys::findProgramByName(Words[0]);
  if (!Program)
    return fail("the compiler '" + Tools.Compiler +
                "' is not installed; install it (`apt-get install clang-" +
                Twine(LLVM_VERSION_MAJOR) + " lld-" + Twine(LLVM_VERSION_MAJOR) + " llvm-" +
                Twine(LLVM_VERSION_MAJOR) + "`) or choose another with `-- LLVM=` or `-- CC=`");
  Tools.VersionLine = versionLine(*Program, Words);
  if (Tools.VersionLine.empty())
    return fail("the compiler '" + Tools.Compiler + "' does not run (tried --version)");
  return Tools;
}

/// The environment without what an outer make or an earlier build left in it, with
/// make's messages in English, as readFailures() expects them.
static std::vector<std::string> environment(const MakeRunner &Runner) {
  std::vector<std::string> Result;
  for (char **E = environ; *E; ++E) {
    StringRef Name = StringRef(*E).split('=').first;
    if (!is_contained({"MAKEFLAGS", "MFLAGS", "GNUMAKEFLAGS", "MAKELEVEL", "MAKEFILES", "LC_ALL",
                       "LC_MESSAGES", "LANG", "LANGUAGE", "KBUILD_OUTPUT", "KBUILD_EXTMOD",
                       "PYTHONDONTWRITEBYTECODE"},
                      Name) &&
        Name != protocol::CompilerVariable && Name != protocol::StateVariable)
      Result.push_back(*E);
  }
  for (const char *E : {"LC_ALL=C", "LANG=C", "LANGUAGE=C", "PYTHONDONTWRITEBYTECODE=1"})
    Result.push_back(E);
  Result.push_back(std::string(protocol::CompilerVariable) + "=" + Runner.Tools.Compiler);
  Result.push_back(std::string(protocol::StateVariable) + "=" + Runner.StateDirectory);
  return Result;
}

Expected<int> MakeRunner::run(ArrayRef<std::string> Extra, ArrayRef<std::string> Goals) {
  std::vector<std::string> Args = {
      Tools.Make, "-s", "-C", Source, "O=" + ObjectTree, "-j" + std::to_string(Jobs)};
  if (!Tools.Llvm.empty())
    Args.push_back("LLVM=" + Tools.Llvm);
  for (StringRef V : Variables)
    if (!V.starts_with("CC=") && !V.starts_with("LLVM=") && !V.starts_with("CFLAGS_KERNEL=") &&
        !V.starts_with("CFLAGS_MODULE="))
      Args.push_back(V.str());
  Args.push_back("CC=" + RecordingCompiler);
  Args.insert(Args.end(), Extra.begin(), Extra.end());
  Args.insert(Args.end(), Goals.begin(), Goals.end());

  std::vector<std::string> Environment = environment(*this);
  SmallVector<StringRef> ArgRefs(Args.begin(), Args.end());
  SmallVector<StringRef> EnvironmentRefs(Environment.begin(), Environment.end());
  sys::fs::remove(LogFile); // redirection does not truncate
  std::optional<StringRef> Redirects[] = {StringRef(), StringRef(LogFile), StringRef(LogFile)};
  std::string Message;
  bool Failed = false;
  sys::ProcessInfo Child = sys::ExecuteNoWait(Tools.Make, ArgRefs, ArrayRef(EnvironmentRefs),
                                              Redirects, 0, &Message, &Failed);
  if (Failed)
    return fail("cannot start make: " + Message);
  sys::ProcessInfo Done;
  if (Tick) {
    while ((Done = sys::Wait(Child, 0, &Message)).Pid == 0) {
      Tick();
      usleep(50'000);
    }
  } else {
    Done = sys::Wait(Child, std::nullopt, &Message);
  }
  return Done.ReturnCode;
}

std::string MakeRunner::log() const {
  auto Buffer = MemoryBuffer::getFile(LogFile);
  return Buffer ? (*Buffer)->getBuffer().str() : std::string();
}

} // namespace gfpcheck
