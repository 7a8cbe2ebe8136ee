//===- Relocate.cpp - Findings of a text in a later version of it -----------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Relocate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace llvm;

namespace gfpcheck::plugin {

namespace {

/// Where the lines of one text are in the other: the first and last ones are the same.
class LineMap {
public:
  LineMap(StringRef Before, StringRef After) {
    SmallVector<StringRef, 0> Old, New;
    Before.split(Old, '\n');
    After.split(New, '\n');
    const size_t Common = std::min(Old.size(), New.size());
    while (Head != Common && Old[Head] == New[Head])
      ++Head;
    size_t Tail = 0;
    while (Tail != Common - Head && Old[Old.size() - 1 - Tail] == New[New.size() - 1 - Tail])
      ++Tail;
    TailBegin = Old.size() - Tail;
    Shift = int64_t(New.size()) - int64_t(Old.size());
  }

  bool isKept(uint32_t Line) const { return Line <= Head || Line > TailBegin; }

  /// 1-based, as \p Line is; one that is gone is where the difference begins.
  uint32_t operator()(uint32_t Line) const {
    if (Line <= Head)
      return Line;
    return Line > TailBegin ? uint32_t(Line + Shift) : uint32_t(Head + 1);
  }

private:
  size_t Head = 0;  ///< lines that are the same at the beginning
  size_t TailBegin; ///< number of the last old line before those that are the same at the end
  int64_t Shift;
};

} // namespace

std::vector<Finding> relocate(ArrayRef<Finding> Findings, StringRef File, StringRef Before,
                              StringRef After) {
  const LineMap Map(Before, After);
  std::vector<Finding> Out;
  for (const Finding &F : Findings) {
    if (!Map.isKept(F.Line))
      continue;
    Finding &Moved = Out.emplace_back(F);
    Moved.Line = Map(F.Line);
    erase_if(Moved.FixIts, [&](const FixIt &X) { return X.File == File && !Map.isKept(X.Line); });
    for (FixIt &X : Moved.FixIts)
      if (X.File == File)
        X.Line = Map(X.Line);
    for (Path &P : Moved.Paths)
      for (Step &S : P.Steps)
        if (S.File == File)
          S.Line = Map(S.Line);
  }
  return Out;
}

} // namespace gfpcheck::plugin
