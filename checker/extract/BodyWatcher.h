//===- BodyWatcher.h - The function bodies that one pass comes to ---*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_EXTRACT_BODYWATCHER_H
#define GFPCHECK_EXTRACT_BODYWATCHER_H

#include "BodyReading.h"
#include "InlineRegistry.h"
#include "LockAnnotations.h"
#include "Names.h"
#include "TokenHasher.h"
#include "clang/AST/Decl.h"
#include <optional>
#include <vector>

namespace gfpcheck::extract {

/// A function definition met in the TU.
struct Body {
  const clang::FunctionDecl *Function;
  uint32_t Braces;   ///< TokenHasher's number
  InlineKey Key = 0; ///< 0: belongs to the TU
  bool IsParsed = true;
  uint64_t KnownHash = 0; ///< of its tokens, if they were jumped over
};

/// Attaches itself to the preprocessor, which has not begun to read, knows each definition as the
/// parser comes to it, and what its tokens say.
class BodyWatcher {
public:
  BodyWatcher(clang::Preprocessor &PP, InlineRegistry &Inlines);

  /// Before the parser begins.
  void begin(clang::ASTContext &Context, FileNames &Files) { N.emplace(Context, Files, Counters); }

  Names &names() { return *N; }

  /// The definition whose opening brace the parser is at.
  Body at(const clang::FunctionDecl *Function);

  /// Moves the lexer to the end of a body that is known to read as one that is summarised.
  bool jumpOver(Body &B);

  /// Notes what the tokens of the body to come depend on, for addReadings().
  void record() { Recorder.start(Hasher.openLoc(), Bodies.size()); }

  /// The definitions, in their order; at() does not add to them.
  std::vector<Body> Bodies;

  /// Of its tokens; meaningful at the end.
  uint64_t hash(const Body &B) const { return B.KnownHash ? B.KnownHash : Hasher.hash(B.Braces); }

  /// What has been found out about inlines is for the TUs to come.
  void addReadings();

private:
  InlineRegistry &Inlines;
  MacroStates States;
  ReadingRecorder Recorder;
  CounterUses Counters;
  TokenHasher Hasher;
  std::optional<Names> N;
};

} // namespace gfpcheck::extract

#endif // GFPCHECK_EXTRACT_BODYWATCHER_H
