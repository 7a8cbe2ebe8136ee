//===- WorkQueues.h - Which workqueue a work item runs on ---------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_WORKQUEUES_H
#define GFPCHECK_SOLVE_WORKQUEUES_H

#include "CallGraph.h"
#include "gfpcheck/solve/Solver.h"

namespace gfpcheck {

/// Items and queues are known by their class: Member::key() of the member that they are or that
/// points to them, or the variable | 1 << 63 (as lockClass()).
class WorkQueues {
public:
  WorkQueues(const Solution &S, const CallGraph &G);

  /// An item of that class is queued there.
  struct Site {
    uint64_t Queue = 0;
    FuncId Func = NoFunc; ///< who calls
    EventIdx Where = 0;
  };
  llvm::ArrayRef<Site> queuedOn(uint64_t Item) const;

  /// What a queue was allocated with.
  struct Kind {
    bool Known = false;   ///< all that is stored there is
    bool Rescuer = false; ///< WQ_MEM_RECLAIM, or needs none, always
    bool Legacy = false;  ///< by create_workqueue(), which has that flag unasked
    FuncId Func = NoFunc; ///< who allocates it; where it may have no rescuer, one of those
    EventIdx Where = 0;
    /// It was allocated, never with a rescuer.
    bool plain() const { return Known && !Rescuer; }
  };
  Kind kind(uint64_t Queue) const;

private:
  /// One of the two things that a function queues: of a class, or what a parameter is.
  struct Operand {
    uint64_t Class = 0;
    int Param = -1;
    bool known() const { return Class || Param >= 0; }
    auto key() const { return std::tuple(Class, Param); }
  };
  struct Queued {
    FuncId Func = NoFunc;
    Operand Queue, Item;
  };
  /// What is stored to a queue's variable or member.
  struct Source {
    uint64_t Other = 0; ///< another queue; 0: a new one
    Truth Rescuer = Truth::Unknown, Legacy = Truth::Unknown;
    FuncId Func = NoFunc;
    EventIdx Where = 0;
  };

  Operand operand(FuncId F, ValueId V, bool Pointer) const;
  Operand inCaller(const Operand &O, FuncId Caller, const Event &E, bool Pointer) const;
  void add(const Queued &Q, EventIdx Where, std::vector<Queued> &Work);
  void findQueued(const CallGraph &G);
  void findSources();
  void addAllocation(FuncId F, const Event &Store);
  static Truth has(const Function &F, ValueId V, uint64_t Bit, unsigned Depth);
  void fill(Kind &Out, uint64_t Queue, unsigned Depth) const;

  const Program &P;
  uint64_t Reclaim = 0, Softirq = 0, Legacy = 0; // WQ_MEM_RECLAIM, WQ_BH, __WQ_LEGACY
  llvm::DenseMap<uint64_t, std::vector<Site>> Sites;
  llvm::DenseMap<uint64_t, llvm::SmallVector<Source, 1>> Sources;
  std::vector<const QueueingModel *> QueueingOf; // by EntityId
  std::vector<const unsigned *> AllocatorOf;
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_WORKQUEUES_H
