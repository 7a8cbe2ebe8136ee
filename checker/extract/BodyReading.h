//===- BodyReading.h - Why a function body reads as it does ---------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_BODYREADING_H
#define GFPCHECK_EXTRACT_BODYREADING_H

#include "clang/Lex/MacroInfo.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringMap.h"
#include <mutex>

namespace gfpcheck::extract {

/// A name that macros of some TU may have; the id is the same in all TUs.
using MacroName = llvm::StringMapEntry<uint32_t>;

/// Interned names. Thread-safe; entries live as long as the table.
class MacroNames {
public:
  const MacroName &get(llvm::StringRef Name);

private:
  std::mutex Mutex;
  llvm::StringMap<uint32_t> Names;
};

/// What one expansion of a header inline's body depended on: for each name that was
/// looked at, how it was defined as a macro (0: it was not). The text between Open and
/// Close being the same, a TU that has the same definitions reads the same tokens.
struct BodyReading {
  uint32_t Open = 0, Close = 0; ///< offsets in the header of the body's braces
  uint64_t TokenHash = 0;       ///< what TokenHasher makes of the tokens
  std::vector<std::pair<const MacroName *, uint64_t>> Macros;
};

/// The text of a literal, which a token of a precompiled macro does not have with it.
inline llvm::StringRef literalText(const clang::Token &Literal, const clang::SourceManager &SM) {
  const char *Data = Literal.getLiteralData();
  if (!Data)
    Data = SM.getCharacterData(SM.getSpellingLoc(Literal.getLocation()));
  return {Data, Literal.getLength()};
}

/// The macro definitions of one TU, as they change while it is read.
class MacroStates {
public:
  explicit MacroStates(clang::Preprocessor &PP) : PP(PP) {}

  /// How Name is defined at this moment: a digest of parameters and tokens (contents
  /// of string literals excepted), 0 if it is no macro.
  uint64_t state(const clang::IdentifierInfo *Name);
  uint64_t state(const clang::MacroInfo *Definition);
  bool agreesWith(const BodyReading &Reading);

  clang::Preprocessor &PP;

private:
  llvm::DenseMap<const clang::MacroInfo *, uint64_t> States;
  std::vector<const clang::IdentifierInfo *> ById;
};

/// Where a TU used __COUNTER__. Names pasted together with it (__UNIQUE_ID(), the
/// functions of compiletime_assert()) differ from TU to TU and must be known without.
class CounterUses {
public:
  explicit CounterUses(const clang::SourceManager &SM) : SM(SM) {}

  void add(clang::SourceLocation Loc, uint64_t Value);
  /// Name, met at Loc, without the number if that came from __COUNTER__ in the same
  /// macro expansion. Other numbers at the end of pasted names stay: they tell
  /// read_u8() from read_u16().
  llvm::StringRef strip(llvm::StringRef Name, clang::SourceLocation Loc) const;

private:
  const clang::SourceManager &SM;
  llvm::DenseMap<clang::FileID, std::vector<std::pair<unsigned, uint64_t>>> Uses;
};

/// Watches the expansion of one body after the other and notes what it depended on.
class ReadingRecorder {
public:
  explicit ReadingRecorder(MacroStates &States) : States(States) {}

  /// The parser is at the opening brace of a body. Returns false if its readings
  /// cannot be told apart by macros alone: the brace comes out of a macro.
  bool start(clang::SourceLocation Open, uint32_t Body);
  bool isRecording() const { return Recording; }
  void add(const clang::Token &Token);
  void expanded(const clang::IdentifierInfo *Name, const clang::MacroInfo *Definition);
  /// The closing brace of the body has been read.
  void finish(clang::SourceLocation Close);

  struct Record {
    uint32_t Body = 0; ///< as given to start()
    uint32_t Open = 0, Close = 0;
    std::vector<std::pair<const clang::IdentifierInfo *, uint64_t>> Macros;
  };
  std::vector<Record> Records;

private:
  MacroStates &States;
  bool Recording = false;
  clang::SourceLocation OpenLoc;
  uint32_t CurrentBody = 0;
  llvm::MapVector<const clang::IdentifierInfo *, uint64_t> Seen;
};

/// Tells a ReadingRecorder and CounterUses of expansions.
class ExpansionObserver : public clang::PPCallbacks {
public:
  ExpansionObserver(clang::Preprocessor &PP, ReadingRecorder &Recorder, CounterUses &Counters)
      : PP(PP), Recorder(Recorder), Counters(Counters),
        Counter(PP.getIdentifierInfo("__COUNTER__")) {}
  void MacroExpands(const clang::Token &Name, const clang::MacroDefinition &Definition,
                    clang::SourceRange, const clang::MacroArgs *) override {
    if (Name.getIdentifierInfo() == Counter)
      Counters.add(Name.getLocation(), PP.getCounterValue());
    if (Recorder.isRecording())
      Recorder.expanded(Name.getIdentifierInfo(), Definition.getMacroInfo());
  }

private:
  clang::Preprocessor &PP;
  ReadingRecorder &Recorder;
  CounterUses &Counters;
  const clang::IdentifierInfo *Counter;
};

/// If the lexer stands behind the brace at Reading.Open of the file File, moves it to
/// the closing one and returns true.
bool skipBody(clang::Preprocessor &PP, clang::FileID File, const BodyReading &Reading);

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_BODYREADING_H
