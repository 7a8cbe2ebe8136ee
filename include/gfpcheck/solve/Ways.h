//===- Ways.h - What walks over the calls have found ------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Effects say what a function does to its caller. These say where one can get to from a
// function in which something begins, top-down: from reclaim to locks, from a callback
// that must not block to what blocks.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_WAYS_H
#define GFPCHECK_SOLVE_WAYS_H

#include "gfpcheck/solve/Effects.h"

namespace gfpcheck {

/// A call on the way from one function to an operation of another.
struct CallHop {
  FuncId Func = NoFunc; ///< the caller
  EventIdx Where = 0;
  FuncId Callee = NoFunc; ///< NoFunc: the operation is here
  bool Indirect = false;
  uint16_t Targets = 1; ///< that an indirect call may reach on this way
};

/// A lock that reclaim waits for: the edge from a level of reclaim to the lock.
struct ReclaimLock {
  uint64_t Class = 0;                 ///< lockClass()
  AtomKind Level = AtomKind::Reclaim; ///< the lowest that gets there
  ContextId Context = 0;              ///< how it is taken
  NameId Provider = 0;         ///< whose objects they are, of a lock in a structure of the core
  std::vector<CallHop> Way;    ///< from where reclaim begins
  std::string Entry;           ///< what that is: "direct reclaim"
  unsigned Conditions = 0;     ///< calls on the way, from the filesystem or driver on, that are
                               ///< made under conditions that reclaim does not decide
  unsigned LastReferences = 0; ///< calls on the way made only when a last reference goes
  bool Choice = false;         ///< a flag, which is not known here, has it tried instead
  bool Guess = false;          ///< one of many functions that a table of one provider may have
  bool Crosses = false;        ///< the way leads from one provider into another by a table

  /// Conditions up to which a way is sure. Set by reading findings on Linux 6.12
  /// (docs/field-report.md).
  static constexpr unsigned SureConditions = 6;
  /// What a last reference counts for: mostly somebody else has one, too.
  static constexpr unsigned LastReferenceWeight = 3;
  /// Whether the way is sure enough to be held against somebody.
  bool sure() const {
    return !Choice && !Guess && !Crosses && LastReferences < 2 &&
           Conditions + LastReferenceWeight * LastReferences <= SureConditions;
  }
};

/// Something on the way that blocks.
struct BlockingWay {
  FuncId Root = NoFunc;          ///< where the way begins
  uint64_t Class = 0;            ///< lockClass(), of a lock or wait; 0: not known, or none
  ContextId Context = NoContext; ///< how it is taken; NoContext: something else
  std::vector<CallHop> Way;      ///< from Root
  unsigned Conditions = 0;       ///< as ReclaimLock::Conditions; the core's own included
  unsigned LastReferences = 0;
  bool Unsure = false; ///< by a table into another provider, or one of many functions, or a
                       ///< flag that is not known has a lock tried instead

  /// Conditions on the way up to which a finding has high confidence. Set by reading findings on
  /// Linux 6.12 (docs/field-report.md).
  static constexpr unsigned HighConditions = 1;
  bool isHigh() const { return !LastReferences && Conditions <= HighConditions; }

  /// As ReclaimLock::sure().
  bool sure() const {
    return !Unsure && LastReferences < 2 &&
           Conditions + ReclaimLock::LastReferenceWeight * LastReferences <=
               ReclaimLock::SureConditions;
  }
};

/// What a callback that must not block may wait for.
struct Blocking : BlockingWay {
  const NonBlockingModel *Callback = nullptr;
};

/// What the way of an OOM victim's memory to freedom may wait for.
struct OomWait : BlockingWay {
  enum class Kind : uint8_t {
    Lock,  ///< or another thing that is waited for (Class, Context)
    Alloc, ///< an allocation that may enter direct reclaim
    Poll,  ///< a loop that only looks whether somebody else has got on, and never sleeps
  };
  Kind What = Kind::Lock;
  const OomPathModel *Path = nullptr;
  size_t Place = 0;  ///< index in Way of the call at fault
  uint32_t Line = 0; ///< Poll: of the loop's condition
};

/// What something that reclaim waits for does with a work item that may have to wait for memory
/// itself: its workqueue has no rescuer.
struct QueueUse : BlockingWay {
  enum class Kind : uint8_t {
    Flush, ///< waits for it (Class, or the queue as a whole)
    Queue, ///< hands its own work on
  };
  enum class By : uint8_t {
    Reclaim, ///< reclaim itself
    Worker,  ///< a work item of a workqueue with a rescuer
    Io,      ///< an operation on the way of I/O
  };
  Kind What = Kind::Flush;
  By Who = By::Reclaim;
  std::string Entry;      ///< what begins at Root: "direct reclaim", "block request handler"
  bool Signalled = false; ///< Flush: it waits for a signal, which such items only give
  bool Needed = true;     ///< Io: it is on the way of writes, too; not so for sure of a completion,
                          ///< or of the recovery of a device
  uint64_t RootQueue = 0; ///< Worker: on which the item at Root runs
  uint64_t Queue = 0;     ///< without a rescuer
  FuncId QueuedBy = NoFunc, AllocatedBy = NoFunc;
  EventIdx QueuedAt = 0,
           AllocatedAt = 0; ///< in those; QueuedBy NoFunc: the queue itself is waited for
};

/// A work item is queued, by that call or by a helper that it calls.
struct QueuedItem {
  FuncId Func = NoFunc;
  EventIdx Where = 0;
  uint64_t Item = 0; ///< WorkItem::Class
};

/// A wait for a work item in a scope, which the item's function is not in.
struct ScopedFlush {
  FuncId Func = NoFunc;
  EventIdx Where = 0;
  uint64_t Item = 0;    ///< lockClass()
  uint8_t Prevents = 0; ///< bit per AtomKind that the scope prevents there
};

/// Where such a callback gives up.
struct BackOff {
  FuncId Root = NoFunc;
  const NonBlockingModel *Callback = nullptr;
  EventIdx Where = 0;     ///< the return
  bool Blockable = false; ///< also where it may block; otherwise whenever it must not, whatever it
                          ///< is about
};

/// One lock is waited for while another is held.
struct LockOrder {
  uint64_t Held = 0, Taken = 0; ///< lockClass()
  ContextId Context = 0;        ///< how the second is taken
  std::vector<CallHop> Way;     ///< from the function that holds the first
  unsigned Conditions = 0;
  bool Indirect = false; ///< some call on the way is
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_WAYS_H
