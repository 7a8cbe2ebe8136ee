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

/// What each function calls that may get to a lock or work item that it waits for, found
/// when it is asked for, and kept. After solving.
class BlockingCalls {
public:
  BlockingCalls(Solution &S, const CallGraph &G, FunctionAnalyzer &Analyzer, Sought What);

  const FunctionCalls &of(FuncId F);
  /// Whether any call of \p F can get to what is looked for at all.
  bool leads(FuncId F) const { return Leads.test(F); }
  const FunctionModel *modelOf(FuncId F, const Event &E) const;
  /// The lock operation of a primitive that waits; null: it is none.
  const ContextOp *acquires(const FunctionModel *FM) const;
  /// How a call waits for a work item; null: it does not.
  const WaitModel *waits(FuncId F, const Event &E) const;

  /// How a call queues a work item; null: it does not.
  const QueueingModel *queues(FuncId F, const Event &E) const;
  /// The class of the lock that a call tries, itself or in the function called; 0: not known.
  std::optional<uint64_t> tries(FuncId F, const Event &E) const;

private:
  bool isSought(FuncId F, const Event &E) const;
  void findLeads();
  void findLastReferences();
  void noteTest(FuncId F, const CallState &C, llvm::ArrayRef<CallState> All,
                FunctionCalls &Out) const;
  void noteLastReference(FuncId F, BlockingCall &C) const;
  int countOf(FuncId F, const Event &E, bool Zero = false) const;
  bool isLockOp(const FunctionModel *FM) const;

  Solution &S;
  const Program &P;
  const Model &M;
  const CallGraph &G;
  FunctionAnalyzer &Analyzer;
  const Sought What;
  std::vector<std::unique_ptr<FunctionCalls>> Known; // by FuncId
  std::vector<const WaitModel *> WaitOf;             // by EntityId
  std::vector<const QueueingModel *> QueueingOf;
  std::vector<const LastReferenceModel *> LastReferenceOf;
  std::vector<int> LastReference; // by FuncId: as countOf()
  llvm::BitVector Leads;
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_BLOCKINGCALLS_H
