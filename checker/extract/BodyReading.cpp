//===- BodyReading.cpp - Why a function body reads as it does -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two tokens in three that a kernel TU expands are those of header inlines that
// another TU has summarised: expanding them only to find that they are the same is
// half the cost of preprocessing. But the expansion of a text is a function of the text
// and of how the names in it, and in what they expand to, are defined. So whoever
// expands a body notes every name it met: those expanded, and those that came out
// unexpanded (they were no macros, or function-like ones without arguments). A TU in
// which all of these are defined alike would expand the body alike, step by step, and
// may jump over it. A body with a preprocessor directive in it, or with a brace that
// comes out of a macro, is always expanded.
//
// Not noted are names that arguments dropped by a macro consist of, and names that
// exist only between two uses of ##.
//
//===----------------------------------------------------------------------===//

#include "BodyReading.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

using namespace clang;

namespace gfpcheck::extract {

const MacroName &MacroNames::get(llvm::StringRef Name) {
  std::lock_guard Lock(Mutex);
  return *Names.try_emplace(Name, Names.size()).first;
}

static uint64_t mix(uint64_t State, uint64_t X) {
  State = (State ^ X) * 0xFF51AFD7ED558CCDull;
  return State ^ State >> 29;
}

uint64_t MacroStates::state(const MacroInfo *Definition) {
  auto [It, New] = States.try_emplace(Definition, 0);
  if (!New)
    return It->second;
  uint64_t State = Definition->isFunctionLike() + 2 * Definition->isVariadic() +
                   4 * Definition->isBuiltinMacro() + 8 * Definition->hasCommaPasting();
  auto AddName = [&State](const IdentifierInfo *Name) {
    State = mix(State, llvm::xxh3_64bits(Name->getName()));
  };
  for (const IdentifierInfo *Param : Definition->params())
    AddName(Param);
  for (const Token &T : Definition->tokens()) {
    State = mix(State, uint64_t(T.getKind()) << 1 | T.hasLeadingSpace());
    if (const IdentifierInfo *Name = T.getIdentifierInfo())
      AddName(Name);
    else if (T.is(tok::string_literal))
      State = mix(State, T.getLength() == 2);
    else if (T.isLiteral())
      State = mix(State, llvm::xxh3_64bits(literalText(T, PP.getSourceManager())));
  }
  return It->second = State | 1;
}

uint64_t MacroStates::state(const IdentifierInfo *Name) {
  if (!Name->hasMacroDefinition())
    return 0;
  const MacroInfo *Definition = PP.getMacroInfo(Name);
  return Definition ? state(Definition) : 0;
}

bool MacroStates::agreesWith(const BodyReading &Reading) {
  for (const auto &[Name, State] : Reading.Macros) {
    const uint32_t Id = Name->second;
    if (Id >= ById.size())
      ById.resize(Id + 256, nullptr);
    if (!ById[Id])
      ById[Id] = PP.getIdentifierInfo(Name->first());
    if (state(ById[Id]) != State)
      return false;
  }
  return true;
}

void CounterUses::add(SourceLocation Loc, uint64_t Value) {
  auto [File, Offset] = SM.getDecomposedExpansionLoc(Loc);
  Uses[File].push_back({Offset, Value});
}

llvm::StringRef CounterUses::strip(llvm::StringRef Name, SourceLocation Loc) const {
  if (Name.empty() || !isDigit(Name.back()) || !Loc.isMacroID())
    return Name;
  if (SM.getFileEntryRefForID(SM.getFileID(SM.getSpellingLoc(Loc))))
    return Name; // spelt in a file, not pasted
  CharSourceRange Expansion = SM.getExpansionRange(Loc);
  auto [File, Begin] = SM.getDecomposedLoc(Expansion.getBegin());
  auto It = Uses.find(File);
  if (It == Uses.end())
    return Name;
  const unsigned End = SM.getDecomposedLoc(Expansion.getEnd()).second;
  for (auto &[Offset, Value] : llvm::reverse(It->second)) {
    if (Offset < Begin)
      break;
    if (Offset <= End && Name.ends_with(llvm::utostr(Value)))
      return Name.drop_back(llvm::utostr(Value).size());
  }
  return Name;
}

bool ReadingRecorder::start(SourceLocation Open, uint32_t Body) {
  Recording = Open.isFileID();
  OpenLoc = Open;
  CurrentBody = Body;
  Seen.clear();
  return Recording;
}

void ReadingRecorder::add(const Token &Token) {
  if (Token.isAnnotation() || Token.isLiteral())
    return;
  const IdentifierInfo *Name = Token.getIdentifierInfo();
  if (!Name)
    return;
  auto [It, New] = Seen.try_emplace(Name, 0);
  if (New)
    It->second = States.state(Name);
}

void ReadingRecorder::expanded(const IdentifierInfo *Name, const MacroInfo *Definition) {
  if (Definition)
    Seen[Name] = States.state(Definition);
}

// Whether a line between the braces starts with '#'.
static bool hasDirective(llvm::StringRef Text) {
  for (size_t At = Text.find('#'); At != llvm::StringRef::npos; At = Text.find('#', At + 1)) {
    llvm::StringRef Before = Text.take_front(At).rtrim(" \t");
    if (Before.empty() || Before.back() == '\n')
      return true;
  }
  return false;
}

void ReadingRecorder::finish(SourceLocation Close) {
  Recording = false;
  if (!Close.isFileID())
    return;
  const SourceManager &SM = States.PP.getSourceManager();
  auto [OpenFile, OpenOffset] = SM.getDecomposedLoc(OpenLoc);
  auto [CloseFile, CloseOffset] = SM.getDecomposedLoc(Close);
  if (OpenFile != CloseFile || CloseOffset < OpenOffset ||
      hasDirective(SM.getBufferData(OpenFile).slice(OpenOffset, CloseOffset)))
    return;
  Record &R = Records.emplace_back();
  R.Body = CurrentBody;
  R.Open = OpenOffset;
  R.Close = CloseOffset;
  R.Macros.assign(Seen.begin(), Seen.end());
}

bool skipBody(Preprocessor &PP, FileID File, const BodyReading &Reading) {
  PreprocessorLexer *Current = PP.getCurrentLexer();
  if (!Current || Current->getFileID() != File)
    return false;
  auto *FileLexer = static_cast<Lexer *>(Current);
  if (FileLexer->getCurrentBufferOffset() != Reading.Open + 1)
    return false;
  FileLexer->seek(Reading.Close, /*IsAtStartOfLine=*/true);
  return true;
}

} // namespace gfpcheck::extract
