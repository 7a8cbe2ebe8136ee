//===- ProgramIndex.h - A solved program to look things up in -------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// To link and solve a kernel takes seconds, to look something up in the result should not.
// So an analysis leaves what questions are about in one flat file: who calls whom and on
// what evidence, in which contexts each call is made, which GFP masks are passed, and which
// locks reclaim waits for. It is mapped into memory and used as it is.
//
// Records are plain and refer to each other by number. open() checks every number, so that
// what is behind it need not. No byte order and no versions: see CacheKey.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_INDEX_PROGRAMINDEX_H
#define GFPCHECK_INDEX_PROGRAMINDEX_H

#include "gfpcheck/solve/Predicates.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <array>
#include <cstdint>
#include <string>

namespace gfpcheck {

class Solution;

namespace index {

/// Offset of a string in the index's text; 0 is "".
using Text = uint32_t;
inline constexpr uint32_t None = ~0u;

/// Records First up to, not including, First + Count of some list.
struct Range {
  uint32_t First = 0, Count = 0;
};

struct Function {
  Text Name = 0, File = 0;
  Text Provider = 0; ///< Program::provider(); 0: the core
  uint32_t Line = 0;
  uint8_t Exposed = 0; ///< bit per AtomKind: some path leads here that no scope prevents it on
  uint8_t BootOnly = 0;
  uint8_t Entry = 0; ///< called from outside what was analysed, or nobody knows by whom
  uint8_t Pad = 0;
  Range Calls, Roots, Allocations;
  Range Callers; ///< in CallerList: calls of it, or that pass it as an argument
  Range Tables;  ///< in TableList: tables that it is in
};

enum CallFlag : uint8_t {
  CF_Indirect = 1, ///< Callee is a table
  CF_Argument = 2, ///< Callee is passed as an argument, and called by whoever is called
  CF_Variant = 4,  ///< the call of the record before it, as it is made on other paths
};

struct Call {
  uint32_t Caller = 0;
  uint32_t Callee = 0; ///< function, or table
  uint32_t Line = 0;
  uint8_t Flags = 0;
  uint8_t Prevents = 0; ///< bit per AtomKind: made in a scope that prevents it
  uint8_t Perhaps = 0;  ///< the same where it is not known whether the scope is open
  uint8_t Pad = 0;
  Range Held;       ///< in HeldList
  Range Conditions; ///< that hold of the caller's parameters there
  Range Arguments;  ///< what is known of the callee's
};

/// What a parameter is that somebody's conditions are on.
struct Argument {
  enum class Is : uint8_t { Constant, Param, Address };
  uint8_t Number = 0; ///< of the callee's parameter
  uint8_t What = 0;   ///< Is; Param: (parameter & And) | Or of the caller; Address: not NULL
  uint8_t Param = 0;
  uint8_t Pad[5] = {};
  int64_t And = -1, Or = 0; ///< Constant: Or
};

/// A context; a lock with its class.
struct Item {
  Text Phrase = 0; ///< "mutex"
  Text Class = 0;  ///< "record.member" or the variable; 0: none, or not known
  Text State = 0;  ///< "runs with preemption disabled"; 0: it has no other phrase
  Text Needs = 0;  ///< ContextKind::Needs
  uint64_t ClassKey = 0;
  uint8_t Kind = 0;    ///< ContextClass
  uint8_t Forbids = 0; ///< AtomKind; of atomic contexts and holders
  uint8_t Prevents = 0;
  uint8_t Shared = 0, Named = 0;
  uint8_t Certain = 0; ///< ContextKind::Certain
  uint8_t Context = 0; ///< ContextId
  uint8_t Pad = 0;
};

enum HeldFlag : uint8_t { HF_Sure = 1, HF_Ended = 2, HF_AtEntry = 4 };

/// A context in which a call is made; with HF_Ended, one of the caller's that is over by then.
struct Held {
  uint32_t Item = 0;
  uint32_t Line = 0; ///< where it begins
  Text By = 0;       ///< what begins it: "mutex_lock"
  uint32_t Flags = 0;
};

/// Where functions are put that an indirect call may go to.
struct Table {
  Text Name = 0; ///< "file_operations.read", or a variable
  uint32_t Pad = 0;
  Range Targets;
  Range Users; ///< in UserList: calls through it
};

enum class Put : uint8_t { Elsewhere, Initialiser, Store, Argument };

struct Target {
  uint32_t Function = 0;
  Text Owner = 0; ///< Initialiser: the variable; Store, Argument: the function that does it
  Text File = 0;
  uint32_t Line = 0;
  uint32_t How = 0; ///< Put; of several the first
};

/// A function is entered in a context.
struct Root {
  uint32_t Item = None; ///< None: a context of its own, which forbids nothing
  Text Phrase = 0;      ///< "timer callback"
  Text File = 0;        ///< where it is registered; 0: in an initialiser
  uint32_t Line = 0;
};

/// What a mask is made of: (Base & And) | Or.
enum class MaskBase : uint8_t { Constant, Param, Unknown };

/// A call of a function that has a GFP mask, with one of the masks that it may be given, as it
/// is made on some paths.
struct Allocation {
  uint32_t Function = 0, Callee = 0;
  uint32_t Line = 0, Column = 0;
  Text Name = 0; ///< as the source calls it: "kmalloc"
  uint32_t Param = 0;
  int64_t And = -1, Or = 0;
  uint8_t Base = 0; ///< MaskBase
  uint8_t Prevents = 0;
  uint8_t Reclaims = 0; ///< whether the callee may reclaim with its mask
  uint8_t Variant = 0;  ///< that call and mask again, on other paths
  uint8_t Perhaps = 0;  ///< as Call::Perhaps
  uint8_t Pad[3] = {};
  Range Held;
  Range Conditions;
};

/// A lock, or another thing, that reclaim waits for.
struct ReclaimLock {
  uint64_t ClassKey = 0;
  Text Class = 0;
  uint8_t Level = 0; ///< AtomKind: the lowest that gets there
  uint8_t Sure = 0;  ///< sure enough to say that a mask is needed for its sake
  uint8_t Shared = 0;
  uint8_t Pad = 0;
  Text Entry = 0; ///< "direct reclaim"
  Range Owners;   ///< in TextList: providers on the way; none: the core's
  Range Steps;
  uint32_t Pad2 = 0;
};

struct Step {
  Text File = 0, Function = 0, Words = 0;
  uint32_t Line = 0;
  uint32_t Kind = 0; ///< StepKind
};

/// A function queues a work item.
struct Queued {
  uint32_t Function = 0, Line = 0;
  uint32_t Runs = 0; ///< the function that the item runs
};

struct Constant {
  Text Name = 0;
  uint32_t Pad = 0;
  int64_t Value = 0;
};

} // namespace index

/// The index of one program. Refers to the bytes that it was opened on.
class ProgramIndex {
public:
  /// Error: malformed.
  static llvm::Expected<ProgramIndex> open(llvm::StringRef Bytes);

  llvm::ArrayRef<index::Function> Functions; ///< sorted by name
  llvm::ArrayRef<index::Call> Calls;         ///< by caller, sorted by line
  llvm::ArrayRef<index::Item> Items;
  llvm::ArrayRef<index::Held> HeldList;
  llvm::ArrayRef<index::Table> Tables;
  llvm::ArrayRef<index::Target> Targets;
  llvm::ArrayRef<index::Root> Roots;
  llvm::ArrayRef<index::Allocation> Allocations; ///< by function, sorted by line
  llvm::ArrayRef<index::ReclaimLock> ReclaimLocks;
  llvm::ArrayRef<index::Step> Steps;
  llvm::ArrayRef<index::Queued> QueuedList;
  llvm::ArrayRef<index::Constant> Constants;
  llvm::ArrayRef<uint32_t> CallerList, TableList, UserList; ///< calls, tables, calls
  llvm::ArrayRef<index::Text> TextList;
  llvm::ArrayRef<index::Argument> Arguments;
  llvm::ArrayRef<Pred> Conditions; ///< Pred::V is the number of a parameter

  llvm::StringRef text(index::Text T) const { return llvm::StringRef(Strings.data() + T); }
  llvm::StringRef name(uint32_t Function) const { return text(Functions[Function].Name); }
  template <class T> static llvm::ArrayRef<T> in(llvm::ArrayRef<T> List, index::Range R) {
    return List.slice(R.First, R.Count);
  }
  /// The functions called \p Name: several have one name in different files.
  index::Range named(llvm::StringRef Name) const;
  /// Whom a call may reach.
  llvm::SmallVector<uint32_t, 8> callees(const index::Call &C) const;
  /// The value of "__GFP_FS" and its like; 0: the tree has no such constant.
  int64_t constant(llvm::StringRef Name) const;
  /// "GFP_KERNEL | __GFP_ZERO", with the names that the analysed tree gives the bits.
  std::string flagNames(uint64_t Mask) const;

private:
  llvm::StringRef Strings;
};

/// The bytes of the index of a program that solve() has solved.
std::string writeIndex(const Solution &S);

} // namespace gfpcheck

#endif // GFPCHECK_INDEX_PROGRAMINDEX_H
