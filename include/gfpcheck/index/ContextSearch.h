//===- ContextSearch.h - In which contexts a function is reached ----*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_INDEX_CONTEXTSEARCH_H
#define GFPCHECK_INDEX_CONTEXTSEARCH_H

#include "gfpcheck/index/ProgramIndex.h"
#include "gfpcheck/report/Finding.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <vector>

namespace gfpcheck {

/// A context in which a function is reached, with a shortest way from where it begins.
struct ReachedIn {
  uint32_t Item = index::None; ///< None: a task of its own begins, in no context
  uint32_t Function = 0;       ///< where the context begins
  uint32_t Held = index::None; ///< in HeldList: it begins in Function; None: Root
  uint32_t Root = index::None; ///< Function is entered in it
  bool Sure = true;            ///< it is surely held, and no call on the way, which is short, is a
                               ///< guess
  std::vector<uint32_t> Way;   ///< calls, from Function down to the function asked about
};

/// What a search found.
struct Reached {
  std::vector<ReachedIn> Contexts; ///< one an item, nearest first, sure ones before guesses
  std::vector<uint32_t> Entries;   ///< functions at which ways begin in no context
  bool Everything = true;          ///< false: more ways than are looked at
};

/// From a function up over its callers. What is known of a way is on whose behalf the core runs
/// on it: what one filesystem calls does not come back into another one's table; and what the
/// parameters must be for the calls to be made that are on it, as long as callers hand them
/// on. Other conditions are not looked at.
class ContextSearch {
public:
  explicit ContextSearch(const ProgramIndex &X) : X(X) {}

  /// \p Function, at a call at which \p Held is held, and which is made on \p Conditions. Calls
  /// made in a scope that prevents all of the kinds \p Unless (bits) are not followed; 0: all are.
  Reached run(uint32_t Function, index::Range Held, index::Range Conditions, uint8_t Unless);

  /// The calls of a way in words, from where the context begins.
  std::vector<Step> describe(const ReachedIn &R) const;
  /// "mutex inode.i_rwsem", "softirq context".
  std::string name(uint32_t Item) const;

  /// Every call that leads to \p Function and is no guess: Visit(called function, call) says
  /// whether to go on up from there.
  void callers(uint32_t Function, llvm::function_ref<bool(uint32_t, uint32_t)> Visit) const;

private:
  struct Node {
    uint32_t Function = 0;
    index::Text Behalf = 0; ///< provider
    uint32_t Over = 0;      ///< contexts that are over, in OverSets
    uint32_t Parent = index::None, Call = index::None;
    uint32_t Cost = 0, Calls = 0;
    uint32_t Only = 0;   ///< conditions on its parameters, in a list of such
    bool Tabled = false; ///< came into the core through a table of Behalf
    bool Sure = true;
  };
  struct Edge {
    uint32_t Cost = 0;
    bool Sure = true, Possible = true, Tabled = false;
    index::Text Behalf = 0;
  };
  bool inCaller(llvm::ArrayRef<Pred> Conditions, const index::Call &C, Guard &Out) const;
  Edge classify(const Node &N, const index::Call &C, uint32_t Table) const;
  bool related(index::Text A, index::Text B) const;
  template <class Fn> void incoming(uint32_t Function, Fn Visit) const;

  const ProgramIndex &X;
};

} // namespace gfpcheck

#endif // GFPCHECK_INDEX_CONTEXTSEARCH_H
