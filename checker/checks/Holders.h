//===- Holders.h - Who holds a lock while it waits for memory ----------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_CHECKS_HOLDERS_H
#define GFPCHECK_CHECKS_HOLDERS_H

#include "gfpcheck/report/Finding.h"
#include "gfpcheck/solve/Solver.h"
#include <optional>

namespace gfpcheck {

/// Somebody who holds a lock across an allocation that may enter direct reclaim.
struct Holder {
  std::string Name;   ///< the function
  std::string Phrase; ///< "f() holds while it waits for memory"
  Path Allocation;    ///< from the lock to the allocation
  Confidence Conf;    ///< of that path: not low
  bool Lock;          ///< what is held is one; otherwise a wait that the function ends
};

class Holders {
public:
  explicit Holders(const Solution &S);

  /// Who allocates in a work item, with __GFP_FS or __GFP_IO as \p Kind says.
  std::optional<Holder> findWork(uint64_t Item, AtomKind Kind) const;

  /// The first one of a lock of class \p Class whose path is sure enough; of \p Provider, or of
  /// nobody in particular, where that is not 0. \p Works: also work items, and who ends a wait.
  std::optional<Holder> find(uint64_t Class, NameId Provider, bool Works) const;

private:
  std::optional<Holder> describe(const LockedReclaim &L) const;
  const Solution &S;
  llvm::DenseMap<uint64_t, llvm::SmallVector<const LockedReclaim *, 1>> ByClass;
};

} // namespace gfpcheck

#endif // GFPCHECK_CHECKS_HOLDERS_H
