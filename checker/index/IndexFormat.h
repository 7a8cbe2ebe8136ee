//===- IndexFormat.h - The bytes of an index -------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A head with the place of each list, the lists, the text. Each begins at a multiple of
// eight, so that a list can be used where it lies.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_INDEX_INDEXFORMAT_H
#define GFPCHECK_INDEX_INDEXFORMAT_H

#include "gfpcheck/index/ProgramIndex.h"
#include <tuple>

namespace gfpcheck::index {

/// All lists, in the order in which they lie.
using Lists =
    std::tuple<llvm::ArrayRef<Function>, llvm::ArrayRef<Call>, llvm::ArrayRef<Item>,
               llvm::ArrayRef<Held>, llvm::ArrayRef<Table>, llvm::ArrayRef<Target>,
               llvm::ArrayRef<Root>, llvm::ArrayRef<Allocation>, llvm::ArrayRef<ReclaimLock>,
               llvm::ArrayRef<Step>, llvm::ArrayRef<Queued>, llvm::ArrayRef<Constant>,
               llvm::ArrayRef<uint32_t>, llvm::ArrayRef<uint32_t>, llvm::ArrayRef<uint32_t>,
               llvm::ArrayRef<Text>, llvm::ArrayRef<Argument>, llvm::ArrayRef<Pred>>;
inline constexpr size_t ListCount = std::tuple_size_v<Lists>;

struct Place {
  uint64_t Offset = 0, Count = 0;
};

/// The last place is that of the text.
using Head = std::array<Place, ListCount + 1>;

std::string encodeIndex(const Lists &L, llvm::StringRef Strings);

} // namespace gfpcheck::index

#endif // GFPCHECK_INDEX_INDEXFORMAT_H
