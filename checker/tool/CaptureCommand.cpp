//===- CaptureCommand.cpp - gfpcheck capture ----------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "gfpcheck/capture/Capture.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;
namespace path = llvm::sys::path;

namespace gfpcheck {

cl::SubCommand CaptureSubcommand("capture",
                                 "Record the compile commands of a kernel tree by running its "
                                 "own make with a compiler that only takes notes");

namespace {

auto In = cl::sub(CaptureSubcommand);

cl::opt<std::string> Linux("C",
                           cl::desc("Top of the kernel tree (default: the working "
                                    "directory); never written to"),
                           cl::value_desc("LINUX"), cl::init("."), In);
cl::opt<std::string> Build("O",
                           cl::desc("Build directory to write to (default: one of the tree's own "
                                    "in $GFPCHECK_CACHE). Its .config is used if it has one, "
                                    "else that of LINUX, else defconfig; a build it holds is "
                                    "not touched"),
                           cl::value_desc("BUILD"), In);
cl::opt<unsigned> Jobs("j", cl::desc("Parallel jobs (default: all of the machine's)"),
                       cl::value_desc("N"), cl::Prefix, In);
cl::list<std::string> MakeArgs(cl::Positional, cl::ZeroOrMore,
                               cl::desc("[-- make arguments: ARCH=arm64, a config goal, fs/ext4/, "
                                        "M=dir]"),
                               In);

int fail(const llvm::Twine &Message) {
  llvm::errs() << "gfpcheck: error: " << Message << '\n';
  return 2;
}

/// $GFPCHECK_CACHE/capture-<name of the tree>, the cache being ~/.cache/gfpcheck
/// unless told otherwise. "" if there is no home.
std::string defaultBuildDirectory(llvm::StringRef Tree) {
  llvm::SmallString<256> Directory;
  if (auto Cache = llvm::sys::Process::GetEnv("GFPCHECK_CACHE"))
    Directory = *Cache;
  else if (path::cache_directory(Directory))
    path::append(Directory, "gfpcheck");
  else
    return "";
  llvm::SmallString<256> Real;
  if (llvm::sys::fs::real_path(Tree, Real))
    return "";
  path::append(Directory, "capture-" + path::filename(Real));
  return std::string(Directory);
}

/// "a, b, c, d, e and 7 more"
std::string firstFive(llvm::ArrayRef<std::string> Names) {
  std::string Text = llvm::join(Names.take_front(5), ", ");
  if (Names.size() > 5)
    Text += " and " + std::to_string(Names.size() - 5) + " more";
  return Text;
}

} // namespace

int captureCommand() {
  CaptureOptions Options;
  Options.Linux = Linux;
  Options.Build = Build.empty() ? defaultBuildDirectory(Linux) : Build.getValue();
  if (Options.Build.empty())
    return fail("no build directory; name one with -O");
  Options.Jobs = Jobs;
  Options.MakeArgs.assign(MakeArgs.begin(), MakeArgs.end());
  Options.RecordingCompiler = ProgramDirectory + "/gfpcheck-cc";

  const bool Terminal = llvm::sys::Process::StandardErrIsDisplayed();
  auto EraseLine = [&] {
    if (Terminal)
      llvm::errs() << "\r\033[K";
  };
  Options.Say = [&](llvm::StringRef What) {
    EraseLine();
    llvm::errs() << "gfpcheck: " << What << '\n';
  };
  if (Terminal)
    Options.Progress = [&](size_t Recorded) {
      llvm::errs() << "\rgfpcheck: " << Recorded << " commands\033[K";
    };

  llvm::Expected<CaptureResult> Result = capture(Options);
  EraseLine();
  if (!Result)
    return fail(toString(Result.takeError()));

  llvm::outs() << "captured " << Result->Captured << " of " << Result->Expected << " C files";
  if (Result->PassedOn)
    llvm::outs() << "; " << Result->PassedOn
                 << " passed through to the compiler, because the kernel does not link their "
                    "objects as they are (vdso, boot and realmode code)";
  llvm::outs() << '\n';
  if (Result->ForeignDatabase)
    llvm::outs() << Options.Build
                 << "/compile_commands.json is not gfpcheck's and was left alone\n";
  llvm::outs() << "compile commands: " << Result->Database << '\n';
  llvm::outs().flush();
  if (Result->complete())
    return 0;
  llvm::errs() << "gfpcheck: error: the capture is incomplete: " << Result->Failed.size()
               << " failed: " << firstFive(Result->Failed);
  if (!Result->Reason.empty())
    llvm::errs() << " (" << Result->Reason << ')';
  llvm::errs() << '\n';
  return 3;
}

} // namespace gfpcheck
