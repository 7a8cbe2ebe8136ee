//===- LiveEdit.cpp - What judging an edit costs ----------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// gfpcheck-live-edit BUILD DATABASE FILE [TEXT...]: parses each TEXT as FILE, relative to the
// source root (without one: as it is on disk), has it judged without a deadline, and prints times,
// memory and the findings.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/live/LiveProgram.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace gfpcheck;

static double milliseconds(std::chrono::steady_clock::time_point Since) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - Since)
      .count();
}

int main(int Argc, char **Argv) {
  if (Argc < 4) {
    errs() << "usage: gfpcheck-live-edit BUILD DATABASE FILE [TEXT...]\n";
    return 2;
  }
  SessionOptions Options;
  Options.Build = Argv[1];
  Options.Database = Argv[2];
  auto Begin = std::chrono::steady_clock::now();
  const Session S = cantFail(openSession(Options));
  const std::string Root = S.Driver.SourceRoot, File = Root + "/" + Argv[3];
  const auto Command =
      find_if(S.Commands, [&](const CompileCommand &C) { return absoluteFile(C) == File; });
  if (Command == S.Commands.end()) {
    errs() << Argv[3] << " is not compiled there\n";
    return 2;
  }
  const_cast<Session &>(S).Db.reset();
  auto Live = LiveProgram::open(Options);
  if (!Live) {
    errs() << toString(Live.takeError()) << '\n';
    return 2;
  }
  outs() << formatv("opened in {0:f0} ms\n", milliseconds(Begin));
  std::vector<std::string> Texts(Argv + 4, Argv + Argc);
  if (Texts.empty())
    Texts.push_back(File);
  for (const std::string &Text : Texts) {
    std::unique_ptr<MemoryBuffer> Buffer = cantFail(errorOrToExpected(MemoryBuffer::getFile(Text)));
    Begin = std::chrono::steady_clock::now();
    Extractor E({Root, /*SkipInlines=*/true, {}});
    (*Live)->addKnownInlines(E);
    E.addVirtualFile(File, Buffer->getBuffer());
    TuResult Unit = E.extract(*Command);
    const double Parsing = milliseconds(Begin);
    Begin = std::chrono::steady_clock::now();
    LiveProgram::Answer A = (*Live)->judge(std::move(Unit), SourceText::below(Root),
                                           std::chrono::steady_clock::time_point::max());
    outs() << formatv("parsed in {0:f0} ms, judged in {1:f0} ms: {2} findings{3}\n", Parsing,
                      milliseconds(Begin), A.Findings.size(),
                      A.ChangesTables ? ", tables change" : "");
    for (const Finding &F : A.Findings)
      outs() << formatv("{0}:{1}: {2} {3} [{4}] {5}\n", F.File, F.Line, int(F.Conf), F.Check, F.Id,
                        F.Message);
  }
  return 0;
}
