//===- MakeSeeds.cpp - Inputs that the fuzzers start from ---------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// make-seeds DIR FILE.c...: extracts the files (with kernel-fixtures' headers), analyses
// them as one program and writes DIR/summary, DIR/findings, DIR/baseline, DIR/model and
// DIR/compile-database, one file an input.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/capture/CompileDatabase.h"
#include "gfpcheck/checks/Check.h"
#include "gfpcheck/extract/Extract.h"
#include "gfpcheck/report/Baseline.h"
#include "gfpcheck/report/Report.h"
#include "gfpcheck/summary/Serialize.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace gfpcheck;
namespace fs = llvm::sys::fs;

static void fail(const llvm::Twine &Message) {
  llvm::errs() << "make-seeds: error: " << Message << '\n';
  exit(2);
}

static void write(llvm::StringRef Directory, llvm::StringRef Name, llvm::StringRef Bytes) {
  llvm::SmallString<128> Path(Directory);
  if (std::error_code EC = fs::create_directories(Path))
    fail(Path + ": " + EC.message());
  llvm::sys::path::append(Path, Name);
  std::error_code EC;
  llvm::raw_fd_ostream OS(Path, EC);
  if (EC)
    fail(Path + ": " + EC.message());
  OS << Bytes;
}

/// The payload behind a blob's header of magic and size.
static std::string payload(llvm::ArrayRef<uint8_t> Bytes) {
  Blob Raw;
  uint32_t Size = llvm::support::endian::read32le(Bytes.data() + 4);
  llvm::cantFail(llvm::compression::zstd::decompress(Bytes.drop_front(8), Raw, Size));
  return llvm::toStringRef(Raw).str();
}

int main(int Argc, char **Argv) {
  if (Argc < 3)
    fail("usage: make-seeds DIR FILE.c...");
  std::string Out = Argv[1];
  ExtractOptions Options;
  Options.SourceRoot = GFPCHECK_FIXTURES;
  Extractor E(Options);
  std::vector<CompileCommand> Commands;
  LinkInput In;
  for (int I = 2; I != Argc; ++I) {
    CompileCommand C;
    C.Directory = GFPCHECK_FIXTURES;
    C.File = Argv[I];
    C.Args = {"clang-22",  "-std=gnu11",   "-ffreestanding",
              "-nostdinc", "-D__KERNEL__", "-Iinclude",
              "-c",        C.File,         "-DCONFIG_DEBUG_ATOMIC_SLEEP=1"};
    Commands.push_back(C);
    TuResult R = E.extract(C);
    if (R.Failed)
      fail(R.FirstError);
    std::string Name = std::to_string(I);
    write(Out + "/summary", Name, payload(encodeSummary(R.Summary)));
    if (!R.Inlines.empty())
      write(Out + "/summary", Name + "-inlines", payload(encodeInlines(R.Inlines)));
    In.Tus.push_back(std::move(R.Summary));
    std::move(R.Inlines.begin(), R.Inlines.end(), std::back_inserter(In.Inlines));
  }

  write(Out + "/compile-database", "arguments", formatCompileDatabase(Commands));
  write(Out + "/compile-database", "command",
        "[{\"directory\": \"/b\", \"file\": \"a.c\", \"command\": "
        "\"cc -D'A=\\\"x y\\\"' -DB=\\\\\\\"z\\\\\\\" -c a.c\"}]");

  Model M = llvm::cantFail(loadModel({}));
  auto Yaml = llvm::MemoryBuffer::getFile(GFPCHECK_MODEL);
  if (!Yaml)
    fail(GFPCHECK_MODEL ": " + Yaml.getError().message());
  // One section a seed: the whole is too long to mutate well.
  llvm::SmallVector<llvm::StringRef, 16> Sections;
  (*Yaml)->getBuffer().split(Sections, "\n\n");
  for (size_t I = 0; I != Sections.size(); ++I)
    write(Out + "/model", std::to_string(I), ("schema: 1\n" + Sections[I] + "\n").str());

  Program P = linkProgram(std::move(In), M);
  std::vector<Finding> Findings = runChecks(*solve(P, M), CheckOptions()).Findings;
  if (Findings.empty())
    fail("the files have no findings");
  for (size_t I = 0; I != Findings.size(); ++I)
    write(Out + "/findings", std::to_string(I), encodeFindings(Findings[I]));

  Baseline B = llvm::cantFail(
      Baseline::parse("# head\n\n# one\nsleep-in-atomic  f()  &a->b.lock  # why\n", "baseline"));
  write(Out + "/baseline", "names", B.text());
  for (const Finding &F : Findings)
    B.add(F, "known");
  write(Out + "/baseline", "findings", B.text());
  return 0;
}
