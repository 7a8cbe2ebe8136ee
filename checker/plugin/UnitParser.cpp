//===- UnitParser.cpp - Summaries of text that is being edited --------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UnitParser.h"
#include "gfpcheck/driver/ExtractionDriver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace gfpcheck::plugin {

UnitParser::UnitParser(std::string SourceRoot, const LiveProgram &Program)
    : SourceRoot(std::move(SourceRoot)), Program(Program) {}

void UnitParser::renew() {
  TheExtractor = std::make_unique<Extractor>(ExtractOptions{SourceRoot, /*SkipInlines=*/true, {}});
  Program.addKnownInlines(*TheExtractor);
  Inputs.clear();
}

bool UnitParser::haveInputsChanged() const {
  return any_of(Inputs, [](const auto &Entry) {
    const Input &I = Entry.second;
    sys::fs::file_status Status;
    return sys::fs::status(I.Path, Status) || Status.getSize() != I.Size ||
           Status.getLastModificationTime().time_since_epoch().count() != I.MTime;
  });
}

TuResult UnitParser::parse(const CompileCommand &Command, StringRef Path, StringRef Name,
                           StringRef Text) {
  if (!TheExtractor || haveInputsChanged())
    renew();
  TheExtractor->addVirtualFile(Path, Text);
  TuResult Result = TheExtractor->extract(Command);
  makeSound(Result, Name);
  for (const std::string &File : Result.Inputs) {
    sys::fs::file_status Status;
    if (StringRef(File).ends_with(".h") && !Inputs.contains(File) && !sys::fs::status(File, Status))
      Inputs[File] = {File, Status.getSize(),
                      Status.getLastModificationTime().time_since_epoch().count()};
  }
  // A header that was missing may be there the next time; the extractor would not look again.
  if (Result.Failed)
    TheExtractor.reset();
  return Result;
}

} // namespace gfpcheck::plugin
