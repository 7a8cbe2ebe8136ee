//===- Effects.h - What a function does to its caller ----------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bottom-up summary of a function, relative to its entry. Values are
// expressions over its parameters and globals; a caller substitutes its arguments.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_EFFECTS_H
#define GFPCHECK_SOLVE_EFFECTS_H

#include "gfpcheck/solve/Predicates.h"

namespace gfpcheck {

/// Index of an event in Function::Events.
using EventIdx = uint32_t;

/// How sure a chain of calls is, best first.
enum class Evidence : uint8_t {
  Certain, ///< direct calls, or indirect ones with one possible target
  Several, ///< an indirect call with a few targets, or a condition given up on
  Guess,   ///< an indirect call with many targets
};

/// HeldContext::Where of a context that the function was entered in, by being handed
/// the object (Model::Possession).
inline constexpr EventIdx AtEntry = ~0u;

/// A context that is held or ended.
struct HeldContext {
  ContextId Context = 0;
  bool Sure = true;   ///< false: whether it is held depends on something not understood
  VId Lock = 0;       ///< the lock's address; 0: unknown or none
  EventIdx Where = 0; ///< the event of this function that began (ended) it
  VId Subclass = 0;   ///< what a _nested primitive was given; 0: it was none

  bool same(const HeldContext &O) const { return Context == O.Context && Lock == O.Lock; }
  /// The same context as another function sees it.
  HeldContext as(VId NewLock, VId NewSubclass, EventIdx NewWhere) const {
    return {Context, Sure, NewLock, NewWhere, NewSubclass};
  }
};
using HeldList = llvm::SmallVector<HeldContext, 2>;

/// One way in which the function may sleep or reclaim.
///
/// The chain: event Where of this function calls Callee, whose atom CalleeAtom goes
/// on; Callee == NoFunc: the event itself calls a sleeper (reclaimer) of the model. When the
/// callee gets there through a function it was given, Callee's
/// ParamCalls[CalleeAtom] is the call and Target/TargetAtom the function given.
struct Atom {
  AtomKind Kind = AtomKind::Sleep;
  VId Gfp = 0;           ///< Io, Fs: the mask, over parameters and globals; 0: not known here
  uint8_t Prevented = 0; ///< bit per AtomKind that scopes on the way prevent
  Guard When;            ///< over parameters and globals at entry
  HeldList Ended;        ///< contexts of the caller that are over by then
  HeldList Inside;       ///< contexts begun in here (or deeper, see InsideFunc) and still
                         ///< held: nonempty makes the atom a defect once When is decided
  EventIdx Where = 0;
  FuncId Callee = NoFunc;
  uint32_t CalleeAtom = 0;
  FuncId Target = NoFunc;
  uint32_t TargetAtom = 0;
  Evidence How = Evidence::Certain;
  uint16_t Depth = 1;     ///< calls to the operation itself
  uint8_t Conditions = 0; ///< functions on the way that get there only under a
                          ///< condition that nothing decided
  uint16_t Fanout = 1;    ///< targets of the widest indirect call on the way
  bool Indirect = false;  ///< the call at Where is indirect
  bool Decided = false;   ///< Inside: a caller's arguments decided When to true
  bool NoLockdep = false; ///< the mask has __GFP_NOLOCKDEP
};

/// A call of a function that was passed in.
struct ParamCall {
  VId Fn = 0; ///< Param(n), or a load from what a parameter points to
  llvm::SmallVector<VId, 4> Args;
  Guard When;
  HeldList Ended, Inside;
  EventIdx Where = 0;
  FuncId Callee = NoFunc; ///< deeper: Callee's ParamCalls[CalleeCall]; NoFunc: here
  uint32_t CalleeCall = 0;
  uint16_t Depth = 1;
};

/// What the return value can be: a set of these.
enum RetClass : uint8_t { RC_Zero = 1, RC_Negative = 2, RC_Positive = 4, RC_Any = 7 };

/// A member of a record that is returned by value, known to be zero or not (what a
/// guard's constructor leaves in it tells whether it took the lock).
struct ReturnedMember {
  NameId Record = 0, Field = 0;
  bool Nonzero = false;
  bool operator==(const ReturnedMember &O) const {
    return Record == O.Record && Field == O.Field && Nonzero == O.Nonzero;
  }
};

/// A way of returning: contexts begun and ended, told apart by the return value
/// and by guards at entry.
struct Outcome {
  uint8_t Ret = RC_Any;
  Guard Result; ///< what Ret does not say of the returned value (V does not count):
                ///< whether it is an error pointer
  Guard When;
  HeldList Begun, Ended;
  llvm::SmallVector<ReturnedMember, 1> Members;
  Guard Declared; ///< on this condition only does the caller sleep from here on (a
                  ///< contract of the model; static helpers hand it to their callers)
};

/// A store of GFP flags to a member (Model::GfpMembers).
struct GfpStore {
  VId Address = 0, Value = 0; ///< over parameters and globals
  bool Always = false;        ///< on every way through the function
  bool operator==(const GfpStore &O) const {
    return Address == O.Address && Value == O.Value && Always == O.Always;
  }
};

struct FunctionEffects {
  std::vector<Atom> Atoms;
  std::vector<ParamCall> ParamCalls;
  std::vector<GfpStore> GfpStores;
  std::vector<GfpStore> GfpResults; ///< what it stores through parameters of type gfp_t *
  std::vector<Outcome> Outcomes;    ///< empty: does not return; one trivial one mostly
  VId Ret = 0;                      ///< the returned value, where it is one expression
  bool Analyzed = false;

  bool trivialOutcome() const {
    return Outcomes.size() == 1 && Outcomes[0].Begun.empty() && Outcomes[0].Ended.empty() &&
           Outcomes[0].Declared.empty() && Outcomes[0].Members.empty();
  }
};

/// A call that is always made in a scope.
struct ScopedCall {
  EventIdx Where = 0;
  uint8_t Prevents = 0; ///< bit per AtomKind (ContextKind::Prevents)
  bool operator==(const ScopedCall &O) const { return Where == O.Where && Prevents == O.Prevents; }
};

/// A context held across something that it forbids, found where both are visible.
struct Defect {
  FuncId Func = NoFunc;        ///< where the context and the chain to the operation meet
  HeldContext Held;            ///< begun by event Held.Where of Func
  Atom Chain;                  ///< Chain.Where is an event of Func
  const Root *Entry = nullptr; ///< instead of Held: Func is entered in a context
  bool InCallee = false;       ///< the context begins deeper on the chain (Chain.Inside)
  Guard Memory;                ///< Io, Fs: conditions on GFP flags kept in memory, which what
                               ///< is stored there decides
  std::string Lock;            ///< the lock in Func's terms ("&dev->lock"), "" if none
  std::string LockClass;       ///< "record.member" or the variable, "" if unknown
};

/// A sleeping lock held across an operation that may enter direct reclaim: the edge from
/// the lock to a level of reclaim, Chain.Kind.
struct LockedReclaim {
  FuncId Func = NoFunc;           ///< where the lock and the chain to the allocation meet
  HeldContext Held;               ///< taken by event Held.Where of Func
  uint64_t Class = 0;             ///< lockClass()
  const WorkItem *Work = nullptr; ///< instead of a lock: Func is what this item runs
  bool InCallee = false;          ///< the lock is taken deeper on the chain (Chain.Inside)
  Guard Memory;                   ///< as Defect::Memory
  Atom Chain;                     ///< Chain.Where is an event of Func
};

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
  bool Needed = true;     ///< Io: it is on the way of writes, too; not so for sure of a completion,
                          ///< or of the recovery of a device
  uint64_t RootQueue = 0; ///< Worker: on which the item at Root runs
  uint64_t Queue = 0;     ///< without a rescuer
  FuncId QueuedBy = NoFunc, AllocatedBy = NoFunc;
  EventIdx QueuedAt = 0, AllocatedAt = 0; ///< in those; QueuedBy NoFunc: the queue itself is waited for
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

#endif // GFPCHECK_SOLVE_EFFECTS_H
