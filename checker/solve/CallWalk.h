//===- CallWalk.h - Calls top-down, with what is known -----------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From entry functions over the calls that they can make, given what is known where they
// are entered: which bits a mask has, what members of a record hold. What the code tests
// thus says itself what is reached. A function is visited once for each provider on whose
// behalf it runs and for the few arguments that tell: constants, functions, locks, objects
// to which no reference is left. Cheapest first: few calls, few conditions.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_CALLWALK_H
#define GFPCHECK_SOLVE_CALLWALK_H

#include "BlockingCalls.h"
#include <queue>

namespace gfpcheck {

class CallWalk {
public:
  virtual ~CallWalk() = default;

  /// A lock whose address is worth telling callees: one that is held somewhere.
  void addLockClass(uint64_t Class);

protected:
  CallWalk(Solution &S, const WalkContext &C, Sought What);

  struct Visit {
    FuncId Func = NoFunc;
    NameId Provider = 0; ///< on whose behalf
    uint32_t Parent = ~0u;
    EventIdx Where = 0; ///< in the parent
    uint32_t Cost = 0;
    uint16_t Conditions = 0, Targets = 1;
    uint16_t Foreign = 0;        ///< of Conditions, those outside the provider
    uint16_t LastReferences = 0; ///< that must be dropped on the way
    bool Indirect = false, Guess = false, Crosses = false;
    bool Flagged = false; ///< PF_MEMALLOC is set
    bool Atomic = false;  ///< in atomic context
    llvm::StringRef Entry;
    llvm::SmallVector<uint64_t, 1> Tried; ///< locks that are tried instead if a flag says so
    llvm::SmallVector<VId, 4> Args;
    llvm::SmallVector<KnownMember, 2> Members;
  };

  // What walks differ in.

  /// Does what is looked for, if the call \p C of \p V does it; true: it is not followed. \p Next
  /// is the way up to it.
  virtual bool reaches(const Visit &Next, const Visit &V, const BlockingCall &C,
                       const FunctionModel *FM) = 0;
  /// Whether a function is not entered on this walk.
  virtual bool excludes(FuncId) const { return false; }
  /// What member \p Key holds in whatever object; 0: not known.
  virtual VId holds(uint64_t /*Key*/) const { return 0; }
  virtual Truth decides(const Pred &, const Visit &) const { return Truth::Unknown; }
  /// Whether only the core's own functions are called through the member \p Key.
  virtual bool isCoreOnly(uint64_t /*Key*/) const { return false; }
  /// Whether nothing is called through the member \p Key.
  virtual bool skipsMember(uint64_t /*Key*/) const { return false; }
  /// Whether conditions of the core count.
  virtual bool countsCore() const { return true; }
  /// Whether calls made in atomic context are followed that do not end it.
  virtual bool followsAtomic() const { return false; }
  /// Visits[Index] is entered.
  virtual void visited(uint32_t /*Index*/) {}

  void reset();
  /// The visit of a function of whose arguments nothing is known.
  Visit start(FuncId F, llvm::StringRef Entry) const;
  void add(Visit V);
  /// Visits what is queued, up to that cost and number of visits.
  void run(uint32_t MaxCost = ~0u, size_t MaxVisits = ~size_t(0));
  void call(uint32_t Index, const Visit &V, const BlockingCall &C);

  llvm::SmallVector<FuncId, 1> functionsCalled(llvm::StringRef Name) const;
  /// \p X, of the visited function, as it is in this visit.
  VId here(VId X, const Visit &V);
  /// How sure the way to \p At is; the way itself is left out.
  static BlockingWay weigh(const Visit &At);
  /// What \p At, in \p V, comes to: B.Way and what is known of that.
  void describe(BlockingWay &B, const Visit &At, const Visit &V) const;
  /// The calls that lead to the operation that \p At, in \p V, comes to.
  std::vector<CallHop> way(const Visit &At, const Visit &V) const;
  bool throughTable(const Visit &At) const;
  /// What an address lies in.
  VId base(VId X) const;
  /// The class of the lock at argument \p Arg; \p SubclassArg says its subclass, or is -1.
  uint64_t classHere(const Visit &V, const BlockingCall &C, int Arg, int SubclassArg,
                     ContextId Context);

  Solution &S;
  const Program &P;
  const Model &M;
  BlockingCalls Calls;
  std::vector<Visit> Visits;
  llvm::DenseSet<uint64_t> LockClasses;
  llvm::BitVector &LookedAt;

private:
  static uint64_t key(const Visit &V);
  void visit(uint32_t Index);
  bool resultsPossible(const BlockingCall &C, const Visit &V);
  VId fromCaller(const Visit &V, const VNode &A, VId Loaded);
  std::optional<VId> member(const Visit &V, uint32_t Param, NameId Record, NameId Field);
  Truth possible(const BlockingCall &C, const Visit &V, llvm::SmallVectorImpl<uint64_t> &Tried);
  uint64_t memberKey(VId Fn) const;
  void table(Visit Next, const Visit &V, const BlockingCall &C, llvm::ArrayRef<FuncId> Targets,
             uint64_t Key);
  void follow(Visit Next, const Visit &V, const BlockingCall &C, FuncId T, int Unreferenced = -1);
  bool canSleep(FuncId T, llvm::ArrayRef<ContextId> Atomic) const;
  VId telling(VId X);

  FunctionAnalyzer &Analyzer;
  llvm::DenseSet<uint64_t> Interrupts;               // members whose functions run in interrupts
  llvm::DenseMap<uint64_t, uint8_t> Returns;         // of tests, by function and arguments
  llvm::DenseSet<uint64_t> BackPointers;             // Model::BackPointers
  llvm::DenseMap<uint64_t, unsigned> UnreferencedBy; // by member
  llvm::DenseMap<FuncId, unsigned> UnreferencedIn;
  llvm::DenseSet<uint64_t> Seen;
  llvm::DenseMap<std::pair<FuncId, NameId>, unsigned> Contexts;
  using Item = std::pair<std::pair<uint32_t, uint32_t>, uint32_t>; // cost, order; visit
  std::priority_queue<Item, std::vector<Item>, std::greater<>> Queue;
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_CALLWALK_H
