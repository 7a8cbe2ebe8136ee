//===- LineShift.cpp - Edits that change nothing but places -----------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LineShift.h"
#include "gfpcheck/summary/Serialize.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

using namespace llvm;

namespace gfpcheck::plugin {

namespace {

/// Calls \p Visit(Line, Column) for each place in the main file, always in the same order; Column
/// is null where there is none.
template <class F> void visitPlaces(TuSummary &S, F Visit) {
  for (Symbol &X : S.Symbols)
    if ((X.Flags & SF_Internal) && S.str(X.File) == S.MainFile)
      Visit(X.Line, nullptr);
  for (InitEntry &X : S.Inits)
    Visit(X.Line, nullptr);
  for (Function &X : S.Functions) {
    if (S.str(X.File) != S.MainFile)
      continue;
    Visit(X.Line, nullptr);
    for (Event &E : X.Events)
      Visit(E.Line, &E.Column);
    for (Block &B : X.Blocks)
      Visit(B.Line, nullptr);
  }
}

struct Places {
  std::vector<std::pair<uint32_t, uint32_t>> List; ///< line and column, or 0
  Blob Rest;                                       ///< the summary without them

  explicit Places(TuSummary S) {
    visitPlaces(S, [&](uint32_t &Line, uint16_t *Column) {
      List.push_back({Line, Column ? *Column : 0});
      Line = 0;
      if (Column)
        *Column = 0;
    });
    Rest = encodeSummary(S);
  }
};

class Shift {
public:
  Shift(StringRef File, const Places &Before, const Places &After) : Mark((File + ":").str()) {
    for (auto [Old, New] : zip(Before.List, After.List)) {
      IsUnique &= Lines.try_emplace(Old.first, New.first).first->second == New.first;
      Columns.try_emplace({Old.first, Old.second}, New);
    }
  }

  /// Whether what was on one line still is.
  bool IsUnique = true;

  /// False: that is no place of the summary.
  bool move(uint32_t &Line, uint32_t *Column) const {
    if (Column) {
      auto It = Columns.find({Line, *Column});
      if (It == Columns.end())
        return false;
      std::tie(Line, *Column) = It->second;
      return true;
    }
    auto It = Lines.find(Line);
    if (It == Lines.end())
      return false;
    Line = It->second;
    return true;
  }

  /// The same for places in a text, "FILE:12".
  bool move(std::string &Text) const {
    for (size_t At = Text.find(Mark); At != std::string::npos; At = Text.find(Mark, At)) {
      At += Mark.size();
      const StringRef Digits = StringRef(Text).substr(At).take_while(isDigit);
      uint32_t Line = 0;
      if (Digits.getAsInteger(10, Line))
        continue;
      if (!move(Line, nullptr))
        return false;
      Text.replace(At, Digits.size(), std::to_string(Line));
    }
    return true;
  }

private:
  const std::string Mark;
  DenseMap<uint32_t, uint32_t> Lines;
  DenseMap<std::pair<uint32_t, uint32_t>, std::pair<uint32_t, uint32_t>> Columns;
};

} // namespace

std::optional<std::vector<Finding>> shiftLines(ArrayRef<Finding> Findings, const TuSummary &Before,
                                               const TuSummary &After) {
  const Places Old(Before), New(After);
  if (Old.List.size() != New.List.size() || Old.Rest != New.Rest)
    return std::nullopt;
  const Shift Moves(After.MainFile, Old, New);
  if (!Moves.IsUnique)
    return std::nullopt;
  std::vector<Finding> Out(Findings.begin(), Findings.end());
  for (Finding &F : Out) {
    if (!Moves.move(F.Line, F.Column ? &F.Column : nullptr) || !Moves.move(F.Message) ||
        !Moves.move(F.Fix))
      return std::nullopt;
    for (Path &P : F.Paths)
      for (Step &S : P.Steps)
        if ((S.File == After.MainFile && !Moves.move(S.Line, nullptr)) || !Moves.move(S.Text))
          return std::nullopt;
    // Somewhere in the arguments of a call; whoever shows one looks whether it is still there.
    erase_if(F.FixIts,
             [&](FixIt &X) { return X.File == After.MainFile && !Moves.move(X.Line, nullptr); });
  }
  return Out;
}

} // namespace gfpcheck::plugin
