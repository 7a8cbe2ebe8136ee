//===- TokenHasher.cpp - What a function body says after expansion --------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TokenHasher.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Basic/IdentifierTable.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/xxhash.h"

using namespace clang;

namespace gfpcheck::extract {

bool TokenHasher::isPasted(SourceLocation Loc) {
  if (!Loc.isMacroID())
    return false;
  FileID Id = SM.getFileID(SM.getSpellingLoc(Loc));
  auto [It, New] = Scratch.try_emplace(Id, false);
  if (New)
    It->second = !SM.getFileEntryRefForID(Id);
  return It->second;
}

void TokenHasher::add(const Token &Token) {
  const tok::TokenKind Kind = Token.getKind();
  if (Depth == 0) {
    if (Kind == tok::l_brace) {
      Hashes.push_back(0);
      State = 0x9E3779B97F4A7C15ull;
      Depth = 1;
      AfterString = false;
      OpenLoc = Token.getLocation();
    }
    return;
  }
  if (Token.isAnnotation())
    return;
  if (Recorder.isRecording())
    Recorder.add(Token);
  uint64_t Spelling = 0;
  bool IsString = false;
  switch (Kind) {
  case tok::l_brace:
    ++Depth;
    break;
  case tok::r_brace:
    if (--Depth == 0) {
      Hashes.back() = State;
      if (Recorder.isRecording())
        Recorder.finish(Token.getLocation());
      return;
    }
    break;
  case tok::identifier: {
    llvm::StringRef Name = Token.getIdentifierInfo()->getName();
    Spelling = llvm::xxh3_64bits(Counters.strip(Name, Token.getLocation()));
    break;
  }
  case tok::numeric_constant:
  case tok::char_constant: {
    const llvm::StringRef Text = literalText(Token, SM);
    const bool IsDecimal = llvm::all_of(Text, isDigit);
    if (!IsDecimal || !isPasted(Token.getLocation()))
      Spelling = llvm::xxh3_64bits(Text);
    break;
  }
  case tok::string_literal:
    if (AfterString)
      return;
    IsString = true;
    Spelling = Token.getLength() == 2; // asm("") is not asm("nop")
    break;
  default:
    break;
  }
  AfterString = IsString;
  State = (State ^ Spelling ^ uint64_t(Kind) << 48) * 0xFF51AFD7ED558CCDull;
  State ^= State >> 29;
}

} // namespace gfpcheck::extract
