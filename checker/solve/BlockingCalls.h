//===- BlockingCalls.h - Calls that may get to a lock ----------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_BLOCKINGCALLS_H
#define GFPCHECK_SOLVE_BLOCKINGCALLS_H

#include "CallGraph.h"
#include "FunctionAnalysis.h"
#include "llvm/ADT/BitVector.h"

namespace gfpcheck {

/// What calls are looked for.
enum class Sought : uint8_t {
  Locks,  ///< that get to a lock or another thing that is waited for
  Sleeps, ///< that get to anything that sleeps
  Works   ///< that wait for something that is no lock, or queue a work item
};

/// A condition on which a call is made, on the opposite of which a lock is tried in the same
/// function.
struct TriedInstead {
  Pred When;
  uint64_t Class = 0; ///< of the lock; 0: not known
};

/// A call that may get to a lock.
struct BlockingCall : CallState {
  explicit BlockingCall(const CallState &C) : CallState(C) {}
  llvm::SmallVector<TriedInstead, 1> Choices;
  bool LastReference = false;                  ///< made when the last reference goes …
  llvm::SmallVector<uint32_t, 1> Unreferenced; ///< … to what these arguments point to
};

/// An earlier call whose result decides whether another one is made.
struct TestCall {
  uint32_t CallNo = 0;
  FuncId Callee = NoFunc;
  llvm::SmallVector<VId, 4> Args;
};

struct FunctionCalls {
  std::vector<BlockingCall> States; ///< sorted by event
  std::vector<TestCall> Tests;      ///< what they depend on
  uint64_t Used = 0;                ///< parameters that they depend on, by bit
  uint64_t Whole = 0;               ///< parameters that are tested as a whole
};

/// What the model says of the program's calls, and what follows from it; the same for all walks.
class CallFacts {
public:
  CallFacts(const Solution &S, const CallGraph &G);

  const FunctionModel *modelOf(FuncId F, const Event &E) const;
  /// The lock operation of a primitive that waits; null: it is none.
  const ContextOp *acquires(const FunctionModel *FM) const;
  /// How a call waits for a work item; null: it does not.
  const WaitModel *waits(FuncId F, const Event &E) const;

  /// How a call queues a work item; null: it does not.
  const QueueingModel *queues(FuncId F, const Event &E) const;
  /// The class of the lock that a call tries, itself or in the function called; 0: not known.
  std::optional<uint64_t> tries(FuncId F, const Event &E) const;
  bool isLockOp(const FunctionModel *FM) const;
  /// Whether a call is one of those looked for itself.
  bool isSought(FuncId F, const Event &E, Sought What) const;
  /// Whether any call of \p F can get to what is looked for at all.
  bool leads(FuncId F, Sought What) const { return Leads[unsigned(What)].test(F); }
  /// The argument of a call that is nonzero (\p Zero: zero) when it drops the last reference; -1:
  /// it is no such call.
  int countOf(FuncId F, const Event &E, bool Zero = false) const;

private:
  void findLeads(const CallGraph &G);
  void findLastReferences(const CallGraph &G);

  const Solution &S;
  const Program &P;
  const Model &M;
  std::vector<const WaitModel *> WaitOf; // by EntityId
  std::vector<const QueueingModel *> QueueingOf;
  std::vector<const LastReferenceModel *> LastReferenceOf;
  std::vector<int> LastReference; // by FuncId: as countOf()
  llvm::BitVector Leads[3];       // by Sought
};

/// What walks over calls need, after solving.
struct WalkContext {
  const CallGraph &Graph;
  const CallFacts &Facts;
  FunctionAnalyzer &Analyzer; ///< tells the calls of a function
  llvm::BitVector &LookedAt;  ///< functions whose body or effects have mattered, by FuncId
};

/// What each function calls that may get to what is looked for, found when it is asked for, and
/// kept.
class BlockingCalls {
public:
  BlockingCalls(Solution &S, const WalkContext &C, Sought What);

  const FunctionCalls &of(FuncId F);
  bool leads(FuncId F) const { return Facts.leads(F, What); }
  const CallFacts &Facts;

private:
  void noteTest(FuncId F, const CallState &C, llvm::ArrayRef<CallState> All,
                FunctionCalls &Out) const;
  void noteLastReference(FuncId F, BlockingCall &C) const;

  Solution &S;
  const Program &P;
  FunctionAnalyzer &Analyzer;
  const Sought What;
  std::vector<std::unique_ptr<FunctionCalls>> Known; // by FuncId
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_BLOCKINGCALLS_H
