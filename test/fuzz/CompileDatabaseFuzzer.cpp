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
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <tuple>

using namespace gfpcheck;

static auto parts(const CompileCommand &C) {
  return std::tie(C.Directory, C.File, C.Output, C.Args);
}

static llvm::Expected<std::vector<CompileCommand>> load(llvm::StringRef Text) {
  static const llvm::SmallString<64> Path = [] {
    llvm::SmallString<64> P;
    if (llvm::sys::fs::createTemporaryFile("gfpcheck-fuzz", "json", P))
      abort();
    static llvm::FileRemover Remover(P);
    return P;
  }();
  std::error_code EC;
  llvm::raw_fd_ostream(Path, EC) << Text;
  if (EC)
    abort();
  return loadCompileDatabase(Path);
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
