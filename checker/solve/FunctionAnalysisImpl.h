//===- FunctionAnalysisImpl.h - Inside the function analysis -----*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The analyzer's state while it is at one function. Its parts are one file each:
// FunctionAnalysis (values, phases), StateFlow (edges and joins), CallEffects (events),
// StoreEffects (what a store says), Atoms (what sleeps or reclaims, under which
// condition), FunctionOutcomes (ways of returning), ScopeUses and ScopeExits (whether
// scopes are balanced).
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_SOLVE_FUNCTIONANALYSISIMPL_H
#define GFPCHECK_SOLVE_FUNCTIONANALYSISIMPL_H

#include "FunctionAnalysis.h"
#include "PathState.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallBitVector.h"
#include <queue>

namespace gfpcheck {

using llvm::ArrayRef;
using llvm::is_contained;
using llvm::SmallVector;

inline constexpr size_t MaxStates = 12;         // distinct held sets a block
inline constexpr size_t MaxHeld = 8;            // contexts in a state
inline constexpr size_t MaxFacts = 24;          // facts in a state
inline constexpr size_t MaxLocals = 6;          // local variables with a known value
inline constexpr size_t MaxPhis = 24;           // phi choices in a state
inline constexpr size_t MaxGuard = 5;           // predicates in an exported guard
inline constexpr ptrdiff_t MaxAtoms = 8;        // sleep atoms a function
inline constexpr ptrdiff_t MaxReclaimAtoms = 5; // of either kind
inline constexpr unsigned MaxConditions = 4;    // undecided conditions on the way to a sleep
inline constexpr unsigned MaxReclaimConditions = 8;
inline constexpr size_t MaxGfpStores = 8;  // of masks that callers give
inline constexpr unsigned FlagWeight = 2;  // a flag in memory that the callee tests
inline constexpr unsigned RoundWeight = 2; // a test of what a loop or another path left
inline constexpr size_t MaxParamCalls = 4; // calls of parameters a function
inline constexpr size_t MaxOutcomes = 6;
inline constexpr size_t MaxCallStates = 4; // of one call
inline constexpr size_t MaxVariants = 4;   // of one call: sets of contexts
inline constexpr size_t FewTargets = 8;    // an indirect call with more is a guess

using StateList = SmallVector<PathState, 4>;

inline bool weakerGuard(ArrayRef<Pred> Weak, ArrayRef<Pred> Strong) {
  return llvm::all_of(Weak, [&](const Pred &P) { return is_contained(Strong, P); });
}

/// Which of zero, negative and positive (RetClass) a value can be, given facts.
uint8_t retClass(const ValuePool &Pool, VId V, ArrayRef<Pred> Facts, unsigned Depth = 0);

/// \p V is an error pointer: one of the last page of addresses (MAX_ERRNO,
/// include/linux/err.h).
inline Pred errorPointer(VId V) { return {V, PredOp::Ge, true, ~0ull, -4095}; }

/// What a member, or an element, at \p Address is part of.
inline VId objectOf(const ValuePool &Pool, VId Address) {
  while (Pool.node(Address).Kind == ValueKind::Field || Pool.node(Address).Kind == ValueKind::Index)
    Address = Pool.node(Address).A;
  return Address;
}

/// The member that a token is loaded from; 0: from no member.
inline uint64_t memberOf(const ValuePool &Pool, VId Token) {
  const VNode N = Pool.node(Token);
  if (N.Kind != ValueKind::Load || Pool.node(N.A).Kind != ValueKind::Field)
    return 0;
  const VNode A = Pool.node(N.A);
  return Member{A.B, A.C}.key();
}

class FunctionAnalyzer::Impl {
public:
  Impl(Solution &S, SolveContext &C);

  FunctionResult analyze(FuncId Id);
  std::vector<CallState> calls(FuncId Id);
  std::vector<ExitState> exits(FuncId Id);
  uint8_t returns(FuncId Id, ArrayRef<VId> Args);
  ScopeUse scopes(FuncId Id, const TokenSources &Known);

private:
  // Values.
  VId val(ValueId V);
  VId resolve(VId V, const PathState &St) {
    if (!St.Locals.empty() && (Pool.node(V).Flags & VF_Memory))
      V = Pool.rewrite(V, VF_Memory, [&](VId X) {
        for (auto [Loaded, Value] : St.Locals)
          if (Loaded == X)
            return Value;
        return X;
      });
    if (!(Pool.node(V).Flags & VF_Phi) || St.Phis.empty())
      return V;
    return Pool.rewrite(V, VF_Phi, [&](VId X) {
      return Pool.node(X).Kind == ValueKind::Phi && Pool.node(X).C ? St.phi(X) : X;
    });
  }
  size_t find(ArrayRef<HeldContext> Held, ContextId C, VId Lock) const {
    return findHeld(Pool, P, Held, C, Lock, M.Contexts[C].Class == ContextClass::Scope);
  }
  /// Whether an address lies in a local variable.
  bool isLocal(VId Address) const {
    while (Pool.node(Address).Kind == ValueKind::Field ||
           Pool.node(Address).Kind == ValueKind::Index)
      Address = Pool.node(Address).A;
    return Pool.node(Address).Kind == ValueKind::Local;
  }
  bool mentions(VId V, VId Phi) { return Pool.contains(V, VF_Phi, Phi); }

  // Flow.
  void push(uint32_t Block, PathState &&St);
  void shareNonzero(PathState &A, PathState &B);
  void runBlock(uint32_t Block, PathState St);
  void takeEdge(uint32_t From, const Edge &E, const PathState &St);
  Truth truthOf(VId V, const PathState &St, unsigned Depth = 0);
  VId choose(VId V, const PathState &St);
  bool assume(PathState &St, ArrayRef<Pred> Preds, bool &Stale);
  void doMoves(const Edge &E, PathState &St);
  void collect();
  void findAnnotations();

  // Events.
  void doEvent(EventIdx Idx, StateList &States);
  void doCall(EventIdx Idx, const Event &E, StateList &States);
  void declare(PathState &St, const FunctionEffects &FE, ArrayRef<VId> Args);
  void forgetResult(const Event &E, StateList &States);
  void forgetLocals(FuncId Callee, ArrayRef<VId> Args, StateList &States);
  void doModelCall(EventIdx Idx, const FunctionModel &FM, ArrayRef<VId> Args, StateList &States);
  void doOps(EventIdx Idx, const FunctionModel &FM, ArrayRef<VId> Args, StateList &States);
  void doBody(EventIdx Idx, FuncId G, ArrayRef<VId> Args, VId Result, StateList &States);
  void applyOp(EventIdx Idx, const ContextOp &Op, ArrayRef<VId> Args, PathState &St);
  void enterPossession(PathState &St);
  bool doTaskStore(VId Address, VId Value, PathState &St);
  void addGfpStore(VId Address, VId Value);
  void addGfpResult(VId Address, VId Value);
  void learnStored(VId Loaded, VId New, PathState &St);
  void learnGfp(VId Loaded, VId Value, PathState &St);
  void noteCall(EventIdx Idx, VId Callee, ArrayRef<VId> Args, const StateList &States);
  bool losesFact(const PathState &St) const;
  uint64_t possibleBits(VId V, unsigned Depth = 0) const;
  void noteMembers(uint32_t Argument, VId Address, const PathState &St,
                   llvm::SmallVectorImpl<KnownMember> &Out);
  void noteScopes(EventIdx Idx, const StateList &States);
  void noteVariant(EventIdx Idx, const PathState &St, uint8_t Prevents);
  void begin(PathState &St, const HeldContext &H);
  void end(PathState &St, ContextId C, VId Lock, EventIdx Where);
  void doStore(const Event &E, PathState &St);
  void applyOutcomes(EventIdx Idx, const FunctionEffects &Callee, ArrayRef<VId> Args, VId Result,
                     StateList &States);

  // Atoms.
  struct Link { // the first link of a chain that is being composed
    EventIdx Where;
    FuncId Callee = NoFunc;
    uint32_t CalleeAtom = 0;
    FuncId Target = NoFunc;
    uint32_t TargetAtom = 0;
    Evidence How = Evidence::Certain;
    uint16_t Depth = 1, Fanout = 1;
    bool Indirect = false;
    uint8_t Conditions = 0;
    AtomKind Kind = AtomKind::Sleep;
    VId Gfp = 0;
    uint8_t Prevented = 0;
    bool NoLockdep = false;
    bool Fresh = false;
  };
  struct Substituted {
    Guard When;
    bool GaveUp = false;
  };
  std::optional<Substituted> substGuard(const PathState &St, ArrayRef<Pred> When,
                                        ArrayRef<VId> Args);
  void composeAtoms(EventIdx Idx, FuncId Callee, ArrayRef<VId> Args, const PathState &St,
                    Evidence How, uint16_t Fanout, bool Indirect);
  void composeAtom(FuncId Callee, uint32_t Index, ArrayRef<VId> Args, const PathState &St, Link L);
  bool asksNoFail(ArrayRef<Pred> When) const;
  void emitReclaim(EventIdx Idx, unsigned Arg, bool Allocates, ArrayRef<VId> Args,
                   const PathState &St);
  /// Whether \p C makes \p K a defect, or prevents it.
  bool matters(ContextId C, AtomKind K) const;
  /// Those of \p Held in which \p K is a defect.
  HeldList holding(ArrayRef<HeldContext> Held, AtomKind K) const;
  bool isLock(const HeldContext &H) const {
    return M.Contexts[H.Context].Class == ContextClass::Lock;
  }
  bool holdsLock(const Atom &A) const { return !A.Inside.empty() && isLock(A.Inside.front()); }
  HeldList locks(ArrayRef<HeldContext> Held) const;
  /// Bit per AtomKind that scopes held, or task flags known to be set, prevent.
  uint8_t prevented(ArrayRef<HeldContext> Held, ArrayRef<Pred> Facts) const;
  bool isGfpMemory(VId V) const { return S.isGfpMember(Pool, V); }
  bool givenMask(VId Gfp);
  VId sourceOfBits(VId V, uint64_t Bits);
  bool surelyHas(VId V, uint64_t Bits) const;
  VId ofSomeObject(VId V);
  void forgetObjects(Guard &When);
  void report(const PathState &St, Atom A, const Guard &Undecided, ArrayRef<HeldContext> Held,
              ArrayRef<HeldContext> Inside, std::pair<FuncId, uint32_t> Origin);
  void composeParamCall(EventIdx Idx, FuncId Callee, uint32_t Call, ArrayRef<VId> Args,
                        const PathState &St);
  void emit(const PathState &St, const Substituted &Callee, HeldList AllHeld, HeldList Ended,
            const HeldList &Inside, const Link &L, std::pair<FuncId, uint32_t> Origin);
  bool dependsOnMask(ArrayRef<Pred> When) const;
  void addLocked(Atom A, ArrayRef<Pred> When, ArrayRef<HeldContext> Locks, bool InCallee);
  void exportAtom(const PathState &St, Atom A, ArrayRef<Pred> When, const HeldList &Inside,
                  bool InCallee, HeldList Ended, const Link &L);
  unsigned undecided(ArrayRef<Pred> When, AtomKind K) const;
  void addAtom(Atom A);
  Guard exportFacts(const PathState &St, ArrayRef<Pred> More);
  bool uses(VId V, ArrayRef<VId> Loads) { return Pool.contains(V, VF_Memory, Loads); }
  VId exportObject(const HeldContext &H);
  HeldList exportHeld(ArrayRef<HeldContext> H, EventIdx Where);
  Truth contextTruth(const Pred &P, ArrayRef<HeldContext> Held) const;

  // Scopes (ScopeUses, ScopeExits).
  bool isScope(ContextId C) const { return M.Contexts[C].Class == ContextClass::Scope; }
  SmallVector<VId, 8> partsOf(VId V);
  ContextId savedBy(VId Token);
  VId tokenOf(const HeldContext &H);
  bool tied(const PathState &St, VId Object) const;
  KeptToken &keptToken(const HeldContext &H, VId Token);
  void noteScopeBegin(const PathState &St, const HeldContext &H);
  void noteTokenStore(const PathState &St, const HeldContext &H);
  void noteScopeEnd(const PathState &St, ContextId C, VId Token, EventIdx Where);
  void noteFlagsBack(const PathState &St);
  void noteScopeExits();
  void noteLeftOpen(const HeldContext &H, EventIdx Exit, VId Ret);
  enum class Fate : uint8_t { Lost, Discarded, Returned, Elsewhere };
  Fate fateOf(VId Token, ContextId C, VId Ret);
  bool endsWith(const Event &E, uint32_t Arg, ContextId C) const;
  bool flagsAreSaved();
  void explainLeftOpen(ScopeFault &X);
  void addScopeFault(ScopeFault X);
  void dropExplained();

  SmallVector<ReturnedMember, 1> returnedMembers(const PathState &St);
  void finishOutcomes();
  void finishGfpStores();
  void finishReturn();

  Solution &S;
  const Program &P;
  const Model &M;
  SolveContext &Ctx;
  ValuePool Pool;

  const VId Current, TaskFlags, AnyObject;                   // as in Solution
  SmallVector<std::pair<VId, ContextId>, 2> TaskMemberLoads; // Model::TaskMembers

  // Of the function being analysed.
  FuncId Id = 0;
  const Function *F = nullptr;
  uint32_t Unit = 0;
  EventIdx Here = 0; ///< the event being done
  FunctionResult R;
  std::vector<VId> Val;        // by ValueId; ~0u: not translated
  std::vector<VId> CallResult; // by CallNo; ~0u: not bound
  std::vector<SmallVector<PathState, 2>> AtBlock;
  std::vector<llvm::SmallBitVector> Dirty; // by block: states not propagated yet
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> Work;
  struct StaleEdge {
    uint32_t Target;
    PathState St;
  };
  std::vector<StaleEdge> Stale;
  /// Facts that hold because the function relies on them, not because it tested them:
  /// true in any run, so no caller need decide them.
  SmallVector<Pred, 4> NotConditions;
  std::vector<PathState> Exits;
  std::vector<EventIdx> ExitAt; ///< by exit: the return
  /// Where might_sleep_if(C) rejoins: C as conditions with the sense they must have.
  llvm::DenseMap<uint32_t, llvm::SmallVector<std::pair<ValueId, bool>, 2>> AnnotationJoins;
  llvm::DenseMap<EventIdx, SmallVector<uint64_t, 2>> AlwaysHeld; ///< by call: lock classes so far
  llvm::DenseMap<EventIdx, std::vector<CallVariant>> Variants;   ///< by call: so far
  llvm::DenseMap<EventIdx, uint8_t> Scoped; ///< by call: ScopedCall::Prevents so far
  ArrayRef<VId> Bound;                      ///< what parameters are known to be; 0: not
  bool Collecting = false;                  ///< second phase
  const TokenSources *Sources = nullptr;    ///< with Uses
  ScopeUse *Uses = nullptr;                 ///< where to note scopes in that phase; or null
  std::vector<CallState> *Calls = nullptr;  ///< where to note calls in that phase; or null
  std::vector<bool> LoopHead;               ///< by block, in the second phase
  bool Capped = false;
};

} // namespace gfpcheck

#endif // GFPCHECK_SOLVE_FUNCTIONANALYSISIMPL_H
