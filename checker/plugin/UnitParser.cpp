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

// Each has some ten megabytes on disk.
constexpr size_t MaxFiles = 16;

UnitParser::UnitParser(std::string SourceRoot, const LiveProgram &Program)
    : SourceRoot(std::move(SourceRoot)), Program(Program) {}

void UnitParser::renew() {
  Files.clear();
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

UnitParser::File &UnitParser::file(StringRef Path) {
  if (Files.size() == MaxFiles && !Files.contains(Path))
    Files.erase(min_element(
        Files, [](const auto &A, const auto &B) { return A.second.LastUse < B.second.LastUse; }));
  File &F = Files[Path];
  F.LastUse = ++Uses;
  return F;
}

TuResult UnitParser::parse(const CompileCommand &Command, StringRef Path, StringRef Name,
                           StringRef Text) {
  if (!TheExtractor || haveInputsChanged())
    renew();
  TheExtractor->addVirtualFile(Path, Text);
  TuResult Result = TheExtractor->extract(Command, file(Path).Cache);
  makeSound(Result, Name);
  for (const std::string &File : Result.Inputs) {
    sys::fs::file_status Status;
    if (StringRef(File).ends_with(".h") && !Inputs.contains(File) && !sys::fs::status(File, Status))
      Inputs[File] = {File, Status.getSize(),
                      Status.getLastModificationTime().time_since_epoch().count()};
  }
  // A header that was missing may be there the next time; the extractor would not look again.
  if (Result.Failed) {
    Files.clear();
    TheExtractor.reset();
  }
  return Result;
}

} // namespace gfpcheck::plugin
