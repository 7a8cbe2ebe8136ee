//===- Masks.h - What allocations are made with ---------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_INDEX_MASKS_H
#define GFPCHECK_INDEX_MASKS_H

#include "gfpcheck/index/ProgramIndex.h"
#include <optional>
#include <vector>

namespace gfpcheck {

/// The bits of a mask that decide about reclaim, in the analysed tree; 0 where that has not
/// even GFP flags.
struct ReclaimBits {
  explicit ReclaimBits(const ProgramIndex &X);
  uint64_t Direct, Io, Fs;

  /// The bits that a scope clears which prevents these kinds of reclaim.
  uint64_t cleared(uint8_t Prevents) const;
};

/// A mask that a parameter of a function may be, and the calls from where it is given.
struct GivenMask {
  std::optional<uint64_t> Mask; ///< nothing: not known where it comes from
  uint32_t Giver = index::None; ///< in Allocations: the call that gives it
  std::vector<uint32_t> Way;    ///< in Allocations: the calls below that pass it on
};

/// The masks that \p A may be made with: itself where it is a constant, else what callers give;
/// one a mask, by the fewest calls.
std::vector<GivenMask> givenMasks(const ProgramIndex &X, uint32_t Allocation);

} // namespace gfpcheck

#endif // GFPCHECK_INDEX_MASKS_H
