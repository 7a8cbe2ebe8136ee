//===- Solver.h - Effects of every function -------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_SOLVER_H
#define GFPCHECK_SOLVE_SOLVER_H

#include "gfpcheck/solve/CallSites.h"
#include "gfpcheck/solve/ScopeFaults.h"
#include "gfpcheck/solve/Ways.h"
#include "llvm/ADT/DenseSet.h"
#include <array>

namespace gfpcheck {

/// How often a limit was reached, and what that may lose.
struct SolveCaps {
  size_t States = 0;                  ///< blocks with too many distinct held sets: later ones lost
  size_t Atoms = 0;                   ///< atoms beyond a function's limit: the worst is lost
  size_t Conditions = 0;              ///< atoms behind too many undecided conditions: lost
  size_t Outcomes = 0;                ///< functions whose outcomes were merged
  size_t Unbalanced = 0;              ///< contexts held on return on some paths only, for no reason
                                      ///< that a caller could see: dropped
  size_t Classless = 0;               ///< allocations under a lock whose class is not known
  size_t ReclaimVisits = 0;           ///< functions reached from reclaim, in some context
  size_t NotifierVisits = 0;          ///< functions reached from non-blocking callbacks
  size_t ScopeVisits = 0;             ///< functions whose scopes were looked at
  size_t OomVisits = 0;               ///< functions reached on the way of an OOM victim's memory
  size_t WorkerVisits = 0;            ///< functions reached from what reclaim waits for
  size_t ReclaimFunctions = 0;        ///< functions reached from reclaim
  size_t OrderVisits = 0;             ///< locks for which not all calls under them were followed
  size_t OwnKeys = 0;                 ///< allocations under a lock with a key of its own,
  size_t Subclasses = 0;              ///< or of a subclass that reclaim does not take,
  size_t NoValidate = 0;              ///< or that lockdep is not to check,
  size_t NoLockdep = 0;               ///< or with __GFP_NOLOCKDEP
  size_t ReclaimFar = 0;              ///< calls not followed as too much would have to be so
  size_t Unreferenced = 0;            ///< locks in objects that nobody else has
  size_t Unresolved = 0;              ///< indirect calls with no known target
  size_t Resolved = 0, TargetSum = 0; ///< followed indirect calls, their targets
  size_t Evaluations = 0;
  size_t Rounds = 0; ///< functions still changing when the round limit was hit
};

/// What walks over the calls of a solved program find.
struct WalkResults {
  /// From locks that reclaim waits for to those that are held across allocations; one a pair.
  std::vector<LockOrder> LockOrders;
  std::vector<ReclaimLock> ReclaimLocks; ///< one a class, provider and mode
  std::vector<Blocking> Blockings;
  std::vector<BackOff> BackOffs;
  std::vector<OomWait> OomWaits;
  std::vector<QueueUse> QueueUses;
  std::vector<ScopedFlush> ScopedFlushes;
  std::vector<ScopeFault> ScopeFaults;
};

/// The solved program. Refers to the Program and Model it was made from.
class Solution : public WalkResults {
public:
  Solution(const Program &P, const Model &M);
  const Program &P;
  const Model &M;
  ValuePool Pool;
  std::vector<bool> IsContract;               ///< by EntityId: in Model::Contracts
  std::vector<const FunctionModel *> ModelOf; ///< by EntityId; null: not in the model
  std::vector<int8_t> ReclaimArg;             ///< by EntityId: Model::Reclaims, or -1
  int64_t NoLockdep = 0;                      ///< __GFP_NOLOCKDEP
  int64_t DirectReclaim = 0;                  ///< __GFP_DIRECT_RECLAIM; 0: not known, as are
  int64_t LevelBit[AtomKinds] = {};           ///< __GFP_IO, __GFP_FS, __GFP_NOFAIL, by AtomKind
  VId Current = 0;                            ///< the value `current`
  VId TaskFlags = 0;                          ///< current->flags
  VId AnyObject = 0;                          ///< some object, which one is not known
  VId Unreferenced = 0;                       ///< an object to which no reference is left
  std::vector<int64_t> TaskFlag;              ///< by ContextId: the bit of current->flags, or 0
  /// Member::key() of Model::GfpMembers → whether owners tell its objects apart.
  llvm::DenseMap<uint64_t, bool> GfpMemberKeys;
  llvm::DenseSet<uint64_t> GfpOwnerKeys; ///< of members that hold the usual object
  std::shared_ptr<std::vector<FunctionEffects>> SharedEffects; ///< copies have the same
  std::vector<FunctionEffects> &Effects;                       ///< by FuncId
  std::vector<Defect> Defects;
  std::vector<LockedReclaim> Locked;
  std::vector<bool> BootOnly; ///< by FuncId: runs only while the kernel boots (or a module loads)
  /// By AtomKind (Io, Fs) and FuncId: who calls it where no scope prevents that; itself
  /// where a task begins; NoFunc: nobody.
  std::array<std::vector<FuncId>, AtomKinds> ExposedBy;
  /// All calls, by FuncId, each list sorted by event: whom they call, and how. CallVariants:
  /// of calls of which there is something to say; only of solve().
  std::vector<std::vector<CallSite>> Sites;
  std::vector<std::vector<CallVariant>> CallVariants;
  std::vector<LostScopes> Lost; ///< by FuncId; only of solve()
  std::vector<FuncId> Entries; ///< called from outside what is analysed, or nobody knows by whom
  std::vector<QueuedItem> QueuedItems;
  SolveCaps Caps;
  /// Findings are wanted of this unit only: of others, checks need not look for any.
  std::optional<uint32_t> OnlyUnit;
  bool wants(FuncId F) const { return !OnlyUnit || P.Functions[F].Unit == *OnlyUnit; }

  /// Forgets what follows from the effects.
  void clearFindings();
  /// Makes the lists by EntityId those of the program as it is, in which only entities from \p From
  /// on are others.
  void coverEntities(EntityId From);

  /// &current->Member.
  VId taskMember(llvm::StringRef Member);
  /// The GFP flags that decide about reclaim; 0 where they are not known.
  std::array<int64_t, 3> reclaimBits() const {
    return {DirectReclaim, LevelBit[unsigned(AtomKind::Io)], LevelBit[unsigned(AtomKind::Fs)]};
  }
  /// Whether \p V, of \p In, is what a member holds that has GFP flags.
  bool isGfpMember(const ValuePool &In, VId V) const;

  std::vector<std::string> statLines() const;
};

/// Computes the effects of all functions, callees first; recursive ones and indirect
/// calls by iteration. Deterministic. \p Keep, if given, gets what resolve() needs, some hundred
/// bytes a function.
std::unique_ptr<Solution> solve(const Program &P, const Model &M,
                                llvm::function_ref<void(llvm::StringRef)> Keep = nullptr);

/// The same for a program of which a similar one has been solved with the same model by the same
/// executable, in a time that depends on what they differ in. \p State is what that left;
/// \p Replaced has the units that it had and \p P has not. Null: that is no such state.
std::unique_ptr<Solution> resolve(Program &P, const Model &M, llvm::StringRef State,
                                  LinkInput &&Replaced);

/// What a lock class is called: "record.member" or the variable, followed by "/1" for the
/// subclass, as lockdep has it; "" for 0.
std::string lockClassName(const Program &P, uint64_t Class);

/// Fills D.Lock and D.LockClass from D.Held.Lock, a value of \p Pool in \p Func.
void describeLock(Defect &D, const ValuePool &Pool, const Program &P, FuncId Func);

/// The effects of \p F in words, for people who debug the analysis.
std::string dumpEffects(const Solution &S, FuncId F);

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_SOLVER_H
