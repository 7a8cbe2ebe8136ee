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
  // While resolve() is at it:
  bool Gone = false;  ///< is no longer; the place is kept
  bool Fresh = false; ///< comes from what has changed: does not compete with what was there
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
  bool Gone = false; ///< as Atom::Gone
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

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_EFFECTS_H
