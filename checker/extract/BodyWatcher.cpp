//===- BodyWatcher.cpp - The function bodies that one pass comes to ---------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BodyWatcher.h"

using namespace clang;

namespace gfpcheck::extract {

BodyWatcher::BodyWatcher(Preprocessor &PP, InlineRegistry &Inlines)
    : Inlines(Inlines), States(PP), Recorder(States), Counters(PP.getSourceManager()),
      Hasher(PP.getSourceManager(), Recorder, Counters) {
  PP.addPPCallbacks(std::make_unique<ExpansionObserver>(PP, Recorder, Counters));
  PP.addPPCallbacks(std::make_unique<LockAnnotations>(PP));
  PP.setTokenWatcher([this](const Token &T) { Hasher.add(T); });
}

Body BodyWatcher::at(const FunctionDecl *Function) {
  Body B{Function, Hasher.current()};
  const SourceFile &File = N->file(Function->getLocation());
  if (File.IsHeader && N->isInternal(Function))
    B.Key = inlineKey(File.Name, File.Digest, N->line(Function->getLocation()),
                      N->stableName(Function));
  return B;
}

bool BodyWatcher::jumpOver(Body &B) {
  for (const BodyReading *Reading : Inlines.readings(B.Key))
    if (States.agreesWith(*Reading)) {
      const SourceManager &SM = States.PP.getSourceManager();
      if (!Hasher.openLoc().isFileID() ||
          !skipBody(States.PP, SM.getFileID(Hasher.openLoc()), *Reading))
        return false;
      B.KnownHash = Reading->TokenHash;
      B.IsParsed = false;
      return true;
    }
  return false;
}

void BodyWatcher::addReadings() {
  for (ReadingRecorder::Record &R : Recorder.Records) {
    auto Reading = std::make_unique<BodyReading>();
    Reading->Open = R.Open;
    Reading->Close = R.Close;
    Reading->TokenHash = hash(Bodies[R.Body]);
    for (const auto &[Name, State] : R.Macros)
      Reading->Macros.push_back({&Inlines.Names.get(Name->getName()), State});
    Inlines.addReading(Bodies[R.Body].Key, std::move(Reading));
  }
}

} // namespace gfpcheck::extract
