//===- MaskFlow.h - What GFP masks a function is given ----------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_MASKFLOW_H
#define GFPCHECK_CHECKS_MASKFLOW_H

#include "gfpcheck/checks/Words.h"
#include <optional>

namespace gfpcheck {

/// What may be asked of a mask: which of some bits it has.
struct MaskBits {
  bool Clear = false;                    ///< it may be a mask without them
  bool Set = false;                      ///< it may be one with them
  bool Unknown = false;                  ///< it may be one of which nothing is known
  llvm::SmallVector<unsigned, 1> Params; ///< it may be one that is made of these parameters
  std::optional<int64_t> Mask;           ///< a constant that makes it Clear

  bool surelyClear() const { return Clear && !Set && !Unknown && Params.empty(); }
  bool surelySet() const { return Set && !Clear && !Unknown && Params.empty(); }
};

/// Which of \p Bits the value \p V of \p F has.
MaskBits maskBits(const Solution &S, FuncId F, ValueId V, uint64_t Bits);

inline std::string flagNames(const Program &P, uint64_t Mask) {
  return flagNames(P.Constants, Mask);
}

/// Whether parameter \p Param is part of \p V, looked at to a depth.
bool mentions(const Solution &S, VId V, unsigned Param, unsigned Depth = 16);

/// Direct calls, by callee.
class DirectCalls {
public:
  struct Site {
    FuncId Func = NoFunc;
    EventIdx Where = 0;
  };
  explicit DirectCalls(const Program &P);
  llvm::ArrayRef<Site> of(FuncId Callee) const {
    return llvm::ArrayRef(Sites).slice(Begin[Callee], Begin[Callee + 1] - Begin[Callee]);
  }

private:
  std::vector<uint32_t> Begin; ///< by callee
  std::vector<Site> Sites;
};

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_MASKFLOW_H
