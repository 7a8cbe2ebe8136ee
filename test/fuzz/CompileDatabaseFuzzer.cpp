//===- CompileDatabaseFuzzer.cpp - Compile commands ---------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The input is a compile_commands.json, and a shell command as well. Commands that were
// read come back the same from what is written of them.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/capture/CompileDatabase.h"
#include "llvm/ADT/STLExtras.h"
#include <cstdlib>
#include <sys/mman.h>
#include <tuple>
#include <unistd.h>

using namespace gfpcheck;

static auto parts(const CompileCommand &C) {
  return std::tie(C.Directory, C.File, C.Output, C.Args);
}

/// loadCompileDatabase() of a file in memory: one on disk halves the number of runs.
static llvm::Expected<std::vector<CompileCommand>> load(llvm::StringRef Text) {
  static const int File = memfd_create("compile_commands.json", 0);
  if (File < 0 || ftruncate(File, 0) ||
      pwrite(File, Text.data(), Text.size(), 0) != static_cast<ssize_t>(Text.size()))
    abort();
  return loadCompileDatabase("/proc/self/fd/" + std::to_string(File));
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::StringRef Text(reinterpret_cast<const char *>(Data), Size);
  for (const std::string &Word : splitShellCommand(Text))
    if (Word.size() > Size)
      abort();

  llvm::Expected<std::vector<CompileCommand>> Commands = load(Text);
  if (!Commands) {
    llvm::consumeError(Commands.takeError());
    return 0;
  }
  std::vector<CompileCommand> Again = llvm::cantFail(load(formatCompileDatabase(*Commands)));
  auto Less = [](const CompileCommand &A, const CompileCommand &B) { return parts(A) < parts(B); };
  llvm::sort(*Commands, Less);
  llvm::sort(Again, Less);
  if (!std::equal(Again.begin(), Again.end(), Commands->begin(), Commands->end(),
                  [](const auto &A, const auto &B) { return parts(A) == parts(B); }))
    abort();
  return 0;
}
