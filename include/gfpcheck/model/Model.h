//===- Model.h - What the kernel's names mean -----------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The model is data (checker/model/*.yaml, docs/model.md): which functions begin and
// end a context, which sleep or reclaim, which values tell the context, which callbacks
// run in which context. Summaries never depend on it.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_MODEL_MODEL_H
#define GFPCHECK_MODEL_MODEL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gfpcheck {

/// Index into Model::Contexts.
using ContextId = uint8_t;
inline constexpr ContextId NoContext = 0xff;

/// What an operation may do that some context forbids: sleep; or enter direct reclaim, of
/// one of three levels: with whatever flags, with __GFP_IO, with __GFP_FS; or rely on direct
/// reclaim, for an allocation with __GFP_NOFAIL.
enum class AtomKind : uint8_t { Sleep, Reclaim, Io, Fs, NoFail };
inline constexpr unsigned AtomKinds = 5;
inline constexpr AtomKind ReclaimLevels[] = {AtomKind::Reclaim, AtomKind::Io, AtomKind::Fs};
constexpr bool isReclaimLevel(AtomKind K) { return K != AtomKind::Sleep && K != AtomKind::NoFail; }

enum class ContextClass : uint8_t {
  Atomic, ///< sleeping is a bug
  Scope,  ///< clears flags of every allocation (memalloc_nofs_save())
  Holder, ///< something is held that reclaim may need
  Lock,   ///< a sleeping lock: whether reclaim may need it is for the lock graph to say
};

/// A state that a task can be in.
struct ContextKind {
  std::string Id;       ///< "spin"
  std::string Phrase;   ///< named: "spinlock"; else "softirq context"
  std::string State;    ///< unnamed: "runs with preemption disabled"
  std::string Begin;    ///< unnamed: "disables preemption"
  bool Named = false;   ///< begins with a lock that identifies it
  bool Counted = true;  ///< nests; otherwise (interrupts off) one enable ends all
  uint64_t Nonzero = 0; ///< bits of preempt_count() of which at least one is set in it
  std::string Test;     ///< name of a test value that is nonzero in it ("irqs_disabled")
  ContextClass Class = ContextClass::Atomic;
  AtomKind Forbids = AtomKind::Sleep; ///< Atomic, Holder: what is a bug in it
  uint8_t Prevents = 0;               ///< Scope: bit per AtomKind that cannot happen in it
  std::string TaskFlag;               ///< Scope: the bit of current->flags that stands for it
  std::string Needs;                  ///< Holder: what reclaim would need
  bool Owned = true;                  ///< Lock: who took it gives it up
  bool OneClass = false;              ///< Lock: no member tells one from another
  bool Shared = false;                ///< Lock: held by several at a time (read mode)
  bool Carries = false;               ///< Holder: who is in it has the I/O in hand
  bool Handle = false;                ///< Holder: its object is the task's own
  bool Raw = false;       ///< Atomic: a lock, unless it is in a wrapper, that spins with
                          ///< PREEMPT_RT, too
  bool Interrupt = false; ///< Holder: mostly in interrupts, so nothing in it sleeps
  bool Certain = true;    ///< Holder: a callback is in it from its entry on; otherwise from some
                          ///< point on that is not seen

  bool prevents(AtomKind K) const { return Prevents >> unsigned(K) & 1; }
  /// Whether \p K is a bug in it. What must not fail is one where nothing can be reclaimed.
  bool forbids(AtomKind K) const {
    switch (Class) {
    case ContextClass::Scope:
      return K == AtomKind::NoFail && prevents(AtomKind::Reclaim);
    case ContextClass::Lock:
      return false;
    default:
      return Forbids == K;
    }
  }
};

/// What a primitive does to the context: begin (+1), end (-1), end all (0).
struct ContextOp {
  int Delta = 0;
  ContextId Context = 0;
  int LockArg = -1;        ///< argument that is the lock or other object; -1: none
  bool LockResult = false; ///< the object is what the function returns
  int AmountArg = -1;      ///< argument that holds a preempt_count() amount or PF_ flags,
                           ///< which decide the context by their bits; -1: none
  bool ByTaskFlag = false; ///< AmountArg holds PF_ flags
  int SubclassArg = -1;    ///< argument with the lock's subclass; -1: none
};

/// On which result the ops of a primitive happen. Pointer: neither NULL nor an error.
enum class When : uint8_t { Always, Nonzero, Zero, Pointer };

/// What is said of one function.
struct FunctionModel {
  enum class Role : uint8_t { Primitive, Sleep, Neutral, Value } TheRole = Role::Neutral;
  std::vector<ContextOp> Ops; ///< Primitive
  When OpsWhen = When::Always;
  int SleepArg = -1; ///< Sleep: only when this argument is SleepEquals
  int64_t SleepEquals = 0;
  bool Annotation = false;  ///< Sleep: an annotation, which does nothing itself
  bool SleepsFirst = false; ///< Primitive that may sleep before it begins the context
  std::string Value;        ///< Value: name of the special value it returns
  int ValueArg = -1;        ///< Value: it returns this argument
  bool HasBody = false;     ///< Primitive of a Holder or Lock: what its body does counts as well
  bool Tries = false;       ///< Primitive that does not wait for the lock (trylock)
  std::string Why;
};

/// A function argument or struct member whose function runs in a context.
struct CallbackModel {
  ContextId Context = NoContext; ///< NoContext: runs in process context of its own
  std::string Phrase;            ///< "timer callback"
  std::string Field;             ///< registration of an object: "record.member" of it
  bool InReclaim = false;        ///< reclaim calls it
  int StateArg = -1;             ///< registration: only if this argument is a constant of at least
  std::string From = {};         ///< From and less than Below (of ProbeConstants); -1: always
  std::string Below = {};
};

/// A queue or a work item: work that something in reclaim's way waits for.
struct WorkModel {
  std::string Queue;  ///< variable or "record.member" that holds the workqueue; or
  std::string Member; ///< "record.member" that is the work item
  CallbackModel Callback;
};

/// A function that queues a work item: which arguments are queue and item.
struct QueueingModel {
  unsigned Queue = 0, Work = 1;
};

/// Locks to which some files give a class of their own (lockdep_set_class()).
struct LockKeyModel {
  std::string Member;             ///< "record.member"
  std::vector<std::string> Files; ///< prefixes
};

/// A function that says something of a lock to lockdep.
struct LockAnnotationModel {
  unsigned Argument = 0; ///< the lock
  int Key = -1;          ///< argument with the key of a class of its own; -1: lockdep is to
                         ///< check nothing of it
};

/// What is so of a record that a callback is given when it must not block.
struct NonBlockingFact {
  std::string Member; ///< "record.member"
  std::string Clear;  ///< this bit of it, of ProbeConstants, is clear; or
  std::string Is;     ///< it is this constant
};

/// A member whose functions must not block in some cases.
struct NonBlockingModel {
  std::string Member;    ///< "record.member"
  unsigned Argument = 0; ///< points to the record that tells
  std::vector<NonBlockingFact> Facts;
  std::string Phrase;   ///< "mmu notifier"
  bool Refuses = false; ///< told of all ranges, whether they concern it or not, and may return an
                        ///< error where it must not block
};

/// What runs between the choice of an OOM victim and the moment when its memory is free.
struct OomPathModel {
  std::string Function;
  std::string Phrase;      ///< "the OOM reaper"
  bool LastResort = false; ///< nobody else helps if it waits
};

/// A call that says that the memory of an OOM victim is free: the path ends there.
struct OomDoneModel {
  std::string Function;
  unsigned Argument = 0;
  std::string Is; ///< the constant (of ProbeConstants) that the argument must be
};

/// A function that drops a reference and says whether it is the last.
struct LastReferenceModel {
  unsigned Argument = 0; ///< with the count
  bool Zero = false;     ///< returns zero where it is; otherwise nonzero
};

/// A function that waits for a work item, or until a signal is given.
struct WaitModel {
  unsigned Argument = 0; ///< the item; or what the signal is given to
  ContextId Context = 0; ///< that the item's function is in, or who is yet to give it: of class
                         ///< Lock
  bool Item = false;     ///< a work item
  bool Queue = false;    ///< all items of a workqueue
  bool Cancels = false;  ///< an item that has not begun yet is not waited for
};

/// A function that ends such a wait; or a member ("record.member") whose functions must have
/// returned before it ends.
struct SignalModel {
  unsigned Argument = 0; ///< what the signal is given to
  ContextId Context = 0; ///< as in WaitModel
};

/// A function in which reclaim begins, or a member whose functions it calls.
struct ReclaimEntry {
  std::string Function; ///< or "record.member"
  int GfpArg = -1;      ///< argument with the mask of the allocation; -1: none
  bool Flagged = true;  ///< PF_MEMALLOC is set in it
  std::string Phrase;   ///< "direct reclaim"
};

/// A function (or "record.member") that is given an object to which no reference is left.
struct UnreferencedModel {
  std::string Function;
  unsigned Argument = 0;
};

/// A member that holds GFP flags.
struct GfpMemberModel {
  std::string Member;              ///< "record.member"
  std::vector<std::string> Owners; ///< "record.member" that is or points to the object that
                                   ///< its kind usually has; empty: all are alike
};

class Model {
public:
  std::vector<ContextKind> Contexts;
  llvm::StringMap<FunctionModel> Functions;
  llvm::StringMap<int64_t> Constants; ///< global variable → assumed value
  /// "function" → argument → callbacks
  llvm::StringMap<std::vector<std::pair<unsigned, CallbackModel>>> Registrations;
  llvm::StringMap<CallbackModel> Callbacks; ///< "record.member"
  llvm::StringMap<std::string> Deferred;    ///< "record.member": dispatched elsewhere
                                            ///< or per instance: no call edge by type
  llvm::StringMap<std::string> Contracts;   ///< annotations that say on which condition
                                            ///< the function that calls them sleeps
  llvm::StringMap<ContextId> Possession;    ///< parameter type ("struct foo *") → context
  llvm::StringMap<ContextId> TaskMembers;   ///< member of task_struct → context while nonzero
  std::vector<std::string> UserRecords;     ///< tables whose functions a system call leads to
  std::vector<std::string> UserPrefixes;    ///< names of functions that are system calls begin so
  llvm::StringMap<unsigned> Threads;        ///< function → argument that is a thread's function
  llvm::StringMap<unsigned> Reclaims;       ///< function → argument with its GFP flags
  /// Functions that take from a reserve, and so never fail with a mask that can wait (their
  /// parameter of type gfp_t) → type of the parameter that is the reserve.
  llvm::StringMap<std::string> Reserves;
  llvm::StringMap<std::string> WaitingAllocators; ///< functions that wait, whatever their mask
  std::vector<WorkModel> Works;
  llvm::StringMap<QueueingModel> Queueing;
  llvm::StringMap<std::string> IoTypes;      ///< parameter types that stand for one I/O
  std::vector<std::string> IoEnds;           ///< functions that end an I/O, or submit it
  std::vector<std::string> IoTables;         ///< records of operations that a block driver has
  llvm::StringMap<unsigned> QueueAllocators; ///< function → argument with the WQ_ flags
  std::vector<GfpMemberModel> GfpMembers;
  /// "record.member" that is the lock of a record which is a lock itself (spinlock_t).
  std::vector<std::string> LockWrappers;
  std::vector<LockKeyModel> LockKeys;
  llvm::StringMap<LockAnnotationModel> LockAnnotations; ///< by function
  llvm::StringMap<WaitModel> Waits;                     ///< by function
  llvm::StringMap<SignalModel> Signals;                 ///< by function or "record.member"
  std::vector<ReclaimEntry> ReclaimEntries;
  /// "record.member": reclaim calls only the core's own functions there.
  std::vector<std::string> CoreMembers;
  /// "record.member" that points to what the record is part of.
  std::vector<std::string> BackPointers;
  llvm::StringMap<AtomKind> LevelFunctions; ///< what reclaim gets to from that level on only
  std::vector<std::string> LevelMembers;    ///< "record.member" with the mask that reclaim runs for
  /// "record.member" → constant (of ProbeConstants) that it holds in all that reclaim handles.
  llvm::StringMap<std::string> ReclaimFacts;
  llvm::StringMap<std::string> ReclaimExcludes; ///< functions that reclaim does not get to
  std::vector<UnreferencedModel> Unreferenced;
  std::vector<NonBlockingModel> NonBlocking;
  std::vector<OomPathModel> OomPaths;
  std::vector<OomDoneModel> OomDone;
  /// Locks ("record.member" or a variable) whose holder everybody who runs out of memory
  /// takes for the one who makes some.
  std::vector<std::string> OomLocks;
  llvm::StringMap<LastReferenceModel> LastReferences; ///< by function
  std::vector<std::string> CoreDirs;                  ///< prefixes of the core's files: a finding
                                                      ///< names the last function outside them
  /// Constants whose values are read from the analysed tree (Program::Constants), and
  /// the headers that define them ("linux/gfp.h"). Without repetition.
  std::vector<std::string> ProbeHeaders, ProbeConstants;
  uint64_t Digest = 0;

  uint64_t digest() const { return Digest; }
  const FunctionModel *function(llvm::StringRef Name) const {
    auto It = Functions.find(Name);
    return It == Functions.end() ? nullptr : &It->second;
  }
  /// Id of the context called \p Id, or NoContext.
  ContextId context(llvm::StringRef Id) const;
};

/// The built-in model extended, in order, by \p ExtraFiles. A later file may add
/// entries and replace what an earlier one says of a function. Errors name the
/// file, the line and what is expected there.
llvm::Expected<Model> loadModel(llvm::ArrayRef<std::string> ExtraFiles);

/// Adds the YAML text \p Text (called \p Name in messages) to \p M.
llvm::Error addModelText(Model &M, llvm::StringRef Text, llvm::StringRef Name);

} // namespace gfpcheck

#endif // GFPCHECK_MODEL_MODEL_H
