//===- FlagFixes.cpp - Other GFP flags in the source ------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlagFixes.h"
#include "MaskFlow.h"
#include "Witness.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace gfpcheck {

void proposeFlags(const Solution &S, Finding &F, FuncId Func, EventIdx Where, const char *Flags) {
  const Function &Fn = S.P.function(Func);
  const std::string Name = callName(S, Func, Where);
  if (!Name.empty())
    F.FixIts.push_back({S.P.functionFile(Func).str(), Fn.Events[Where].Line,
                        Fn.Events[Where].Column, Name, Flags});
}

namespace {

bool isWord(char C) { return isAlnum(C) || C == '_'; }

/// A word among the arguments of a call.
struct Word {
  StringRef Text;
  size_t Offset = 0; ///< in the text that was read
  char Before = 0;   ///< what stands before and after it, blanks and comments apart
  char After = 0;
};

/// Reads C as far as it takes to tell the words of a call's arguments from those of calls
/// inside of them, of comments and of strings.
class ArgumentReader {
public:
  explicit ArgumentReader(StringRef Text) : Text(Text) {}

  /// The words between the parentheses that follow at \p At; none where there are none, or where
  /// they do not end.
  std::vector<Word> read(size_t At) {
    std::vector<Word> Out;
    std::vector<bool> Calls; // of the open parentheses: whether it is a call's
    char Last = 0;           // the last character of the last token
    for (size_t I = skipBlanks(At); I < Text.size(); I = skipBlanks(I)) {
      const char C = Text[I];
      if (!Out.empty() && !Out.back().After)
        Out.back().After = C;
      if (Calls.empty() && C != '(')
        return {};
      if (isWord(C)) {
        const StringRef Found = Text.substr(I).take_while(isWord);
        if (llvm::count(Calls, true) == 1)
          Out.push_back({Found, I, Last, 0});
        I += Found.size();
        Last = 'a';
        continue;
      }
      if (C == '(') {
        Calls.push_back(Calls.empty() || isWord(Last) || Last == ')' || Last == ']');
      } else if (C == ')') {
        Calls.pop_back();
        if (Calls.empty())
          return Out;
      } else if (C == '"' || C == '\'') {
        I = endOfLiteral(I);
        Last = C;
        continue;
      }
      Last = C;
      ++I;
    }
    return {};
  }

private:
  size_t skipBlanks(size_t I) const {
    for (;;) {
      while (I < Text.size() && (isSpace(Text[I]) || Text[I] == '\\'))
        ++I;
      const StringRef Rest = Text.substr(I);
      const bool Block = Rest.starts_with("/*");
      if (!Block && !Rest.starts_with("//"))
        return I;
      const size_t End = Text.find(Block ? "*/" : "\n", I + 2);
      if (End == StringRef::npos)
        return Text.size();
      I = End + (Block ? 2 : 1);
    }
  }
  size_t endOfLiteral(size_t I) const {
    const char Quote = Text[I++];
    while (I < Text.size() && Text[I] != Quote)
      I += Text[I] == '\\' ? 2 : 1;
    return I + 1;
  }

  StringRef Text;
};

class Placer {
public:
  Placer(const Solution &S, SourceText &Source)
      : P(S.P), Source(Source), DirectReclaim(S.DirectReclaim) {
    for (int64_t Bits : S.reclaimBits())
      Reclaim |= uint64_t(Bits);
  }

  /// \p X is a proposal. Whether it could be placed.
  bool place(FixIt &X) const {
    const std::optional<StringRef> Text = Source.contents(X.File);
    const std::optional<StringRef> Line = Source.line(X.File, X.Line);
    const std::optional<uint64_t> Wanted = constant(X.New);
    if (!Text || !Line || !Wanted || !X.Column || X.Column > Line->size())
      return false;
    const size_t At = Line->data() - Text->data() + X.Column - 1;
    if (Text->substr(At).take_while(isWord) != X.Old)
      return false;
    const Word *Found = nullptr;
    const std::vector<Word> Words = ArgumentReader(*Text).read(At + X.Old.size());
    for (const Word &W : Words) {
      // What must not fail must be able to wait.
      if (W.Text == "__GFP_NOFAIL" && !(*Wanted & DirectReclaim))
        return false;
      const std::optional<uint64_t> Bits = constant(W.Text);
      if (!Bits || !(*Bits & Reclaim & ~*Wanted))
        continue;
      if (Found)
        return false;
      Found = &W;
    }
    // One flag of a mask, or what is taken out of it.
    if (!Found || !Found->Text.starts_with("GFP_") || Found->Before == '~')
      return false;
    const uint64_t More =
        *constant(Found->Text) & ~(Reclaim | *Wanted | constant("__GFP_RECLAIM").value_or(0));
    if (More) {
      X.New += " | " + flagNames(P, More);
      if (StringRef(X.New).contains("0x")) // a bit without a name
        return false;
      auto Alone = [](char C) { return StringRef(",()|").contains(C); };
      if (!Alone(Found->Before) || !Alone(Found->After))
        X.New = "(" + X.New + ")";
    }
    X.Old = Found->Text.str();
    const StringRef Before = Text->take_front(Found->Offset);
    X.Line += Before.drop_front(At).count('\n');
    X.Column = Found->Offset - (Before.rfind('\n') + 1) + 1;
    return true;
  }

private:
  std::optional<uint64_t> constant(StringRef Name) const {
    auto It = P.Constants.find(Name);
    return It == P.Constants.end() || !Name.contains("GFP_") ? std::nullopt
                                                             : std::optional(uint64_t(It->second));
  }

  const Program &P;
  SourceText &Source;
  uint64_t DirectReclaim = 0, Reclaim = 0;
};

} // namespace

void placeFlagFixes(const Solution &S, SourceText &Source, std::vector<Finding> &Findings) {
  const Placer Places(S, Source);
  for (Finding &F : Findings)
    llvm::erase_if(F.FixIts, [&](FixIt &X) { return !Places.place(X); });
}

} // namespace gfpcheck
