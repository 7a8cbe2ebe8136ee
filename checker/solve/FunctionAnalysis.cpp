//===- FunctionAnalysis.cpp - Effects of one function ----------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A forward data-flow analysis over the skeleton. States (PathState.h) flow along
// edges whose guards they do not contradict; calls apply the callee's effects with
// arguments substituted. What can sleep while nothing is held becomes an atom of
// this function; while something is held, a finding, or, where the callee's
// condition depends on this function's parameters, an atom that carries what is
// held until a caller decides it.
//
// Two phases: states flow to a fixpoint, then once more from the heads of loops to
// collect effects, so that what is collected does not depend on the order in which
// the fixpoint was reached.
//
// Facts can go stale (memory that another CPU changes). A branch that every state
// contradicts by such a fact is not dead code: it is taken with the fact dropped.
//
//===----------------------------------------------------------------------===//

#include "FunctionAnalysis.h"
#include "PathState.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallBitVector.h"
#include <queue>

using namespace llvm;

namespace gfpcheck {

namespace {
constexpr size_t MaxStates = 10;    // distinct held sets a block
constexpr size_t MaxHeld = 6;       // contexts in a state
constexpr size_t MaxFacts = 24;     // facts in a state
constexpr size_t MaxPhis = 24;      // phi choices in a state
constexpr size_t MaxGuard = 5;      // predicates in an exported guard
constexpr size_t MaxAtoms = 8;      // sleep atoms a function
constexpr unsigned MaxConditions = 4; // undecided conditions on the way to a sleep
constexpr unsigned FlagWeight = 2;  // a flag in memory that the callee tests
constexpr unsigned RoundWeight = 2; // a test of what a loop or another path left
constexpr size_t MaxParamCalls = 4; // calls of parameters a function
constexpr size_t MaxOutcomes = 6;
constexpr size_t FewTargets = 8; // an indirect call with more is a guess

using StateList = SmallVector<PathState, 4>;

bool weakerGuard(ArrayRef<Pred> Weak, ArrayRef<Pred> Strong) {
  return llvm::all_of(Weak, [&](const Pred &P) { return is_contained(Strong, P); });
}
bool sameContexts(ArrayRef<HeldContext> A, ArrayRef<HeldContext> B) {
  return A.size() == B.size() &&
         std::equal(A.begin(), A.end(), B.begin(),
                    [](const HeldContext &X, const HeldContext &Y) { return X.same(Y); });
}
} // namespace

CalleeSet indirectCallees(const Program &P, const Model &M, const ValuePool &Pool, VId Callee) {
  const VNode N = Pool.node(Callee);
  if (N.Kind != ValueKind::Load)
    return {};
  // The base of the address tells the instance where it is a global.
  const VNode Addr = Pool.node(N.A);
  if (Addr.Kind == ValueKind::Field) {
    if (M.Deferred.contains((P.name(Addr.B) + "." + P.name(Addr.C)).str()))
      return {{}, 0, true};
    uint64_t Key = Member{Addr.B, Addr.C}.key();
    VId Base = Addr.A;
    while (Pool.node(Base).Kind == ValueKind::Field || Pool.node(Base).Kind == ValueKind::Index)
      Base = Pool.node(Base).A;
    const VNode B = Pool.node(Base);
    if (B.Kind == ValueKind::Global && !(B.A & SpecialBit))
      if (auto It = P.InstanceTargets.find({B.A, Key}); It != P.InstanceTargets.end())
        return {It->second, Key * 31 + B.A};
    if (auto It = P.Targets.find(Key); It != P.Targets.end())
      return {It->second, Key};
    return {};
  }
  VId Base = N.A;
  while (Pool.node(Base).Kind == ValueKind::Index)
    Base = Pool.node(Base).A;
  const VNode B = Pool.node(Base);
  if (B.Kind == ValueKind::Global && !(B.A & SpecialBit))
    if (auto It = P.VariableTargets.find(B.A); It != P.VariableTargets.end())
      return {It->second, uint64_t(B.A) << 32 | 0xffffffff};
  return {};
}

class FunctionAnalyzer::Impl {
public:
  Impl(Solution &S, SolveContext &C) : S(S), P(S.P), M(S.M), Ctx(C), Pool(&S.Pool) {
    PreemptCount = Pool.special(P.findName("preempt_count"));
  }

  FunctionResult analyze(FuncId Id);

private:
  // Values.
  VId val(ValueId V);
  VId resolve(VId V, const PathState &St) {
    if (!(Pool.node(V).Flags & VF_Phi) || St.Phis.empty())
      return V;
    return Pool.rewrite(V, VF_Phi, [&](VId X) {
      return Pool.node(X).Kind == ValueKind::Phi && Pool.node(X).C ? St.phi(X) : X;
    });
  }
  bool mentions(VId V, VId Phi) {
    bool Found = false;
    Pool.rewrite(V, VF_Phi, [&](VId X) {
      Found |= X == Phi;
      return X;
    });
    return Found;
  }

  // Flow.
  void push(uint32_t Block, PathState &&St);
  void shareNonzero(PathState &A, PathState &B);
  void runBlock(uint32_t Block, PathState St);
  void takeEdge(uint32_t From, const Edge &E, const PathState &St);
  bool assume(PathState &St, ArrayRef<Pred> Preds, bool &Stale);
  void doMoves(const Edge &E, PathState &St);
  void collect();
  void findAnnotations();

  // Events.
  void doEvent(EventIdx Idx, StateList &States);
  void doCall(EventIdx Idx, const Event &E, StateList &States);
  void declare(PathState &St, const FunctionEffects &FE, ArrayRef<VId> Args);
  void forgetResult(const Event &E, StateList &States);
  void doModelCall(EventIdx Idx, const FunctionModel &FM, ArrayRef<VId> Args, StateList &States);
  void applyOp(EventIdx Idx, const ContextOp &Op, ArrayRef<VId> Args, PathState &St);
  void begin(PathState &St, const HeldContext &H);
  void end(PathState &St, ContextId C, VId Lock, EventIdx Where);
  void doStore(const Event &E, PathState &St);
  void applyOutcomes(EventIdx Idx, const FunctionEffects &Callee, ArrayRef<VId> Args, VId Result,
                     StateList &States);

  // Sleeping.
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
  };
  struct Substituted {
    Guard When;
    bool GaveUp = false;
  };
  std::optional<Substituted> substGuard(const PathState &St, ArrayRef<Pred> When,
                                        ArrayRef<VId> Args);
  void composeSleeps(EventIdx Idx, FuncId Callee, ArrayRef<VId> Args, const PathState &St,
                     Evidence How, uint16_t Fanout, bool Indirect);
  void composeAtom(FuncId Callee, uint32_t Atom, ArrayRef<VId> Args, const PathState &St, Link L);
  void composeParamCall(EventIdx Idx, FuncId Callee, uint32_t Call, ArrayRef<VId> Args,
                        const PathState &St);
  void emit(const PathState &St, const Substituted &Callee, HeldList Held, HeldList Ended,
            const HeldList &Inside, const Link &L, std::pair<FuncId, uint32_t> Origin);
  unsigned undecided(ArrayRef<Pred> When) const;
  void addAtom(SleepAtom A);
  Guard exportFacts(const PathState &St, ArrayRef<Pred> More);
  bool uses(VId V, ArrayRef<VId> Parts);
  HeldList exportHeld(ArrayRef<HeldContext> H, EventIdx Where);
  Truth contextTruth(const Pred &P, ArrayRef<HeldContext> Held) const;

  SmallVector<ReturnedMember, 1> returnedMembers(const PathState &St);
  void finishOutcomes();
  void finishReturn();

  Solution &S;
  const Program &P;
  const Model &M;
  SolveContext &Ctx;
  ValuePool Pool;
  VId PreemptCount = 0;

  // Of the function being analysed.
  FuncId Id = 0;
  const Function *F = nullptr;
  uint32_t Unit = 0;
  FunctionResult R;
  std::vector<VId> Val;          // by ValueId; ~0u: not translated
  std::vector<VId> CallResult;   // by CallNo; ~0u: not bound
  std::vector<SmallVector<PathState, 2>> AtBlock;
  std::vector<SmallBitVector> Dirty; // by block: states not propagated yet
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
  /// Where might_sleep_if(C) rejoins: C as conditions with the sense they must have.
  llvm::DenseMap<uint32_t, llvm::SmallVector<std::pair<ValueId, bool>, 2>> AnnotationJoins;
  bool Collecting = false; ///< second phase
  std::vector<bool> LoopHead; ///< by block, in the second phase
  bool Capped = false;
};

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

VId FunctionAnalyzer::Impl::val(ValueId V) {
  if (Val[V] != ~0u)
    return Val[V];
  Val[V] = 0; // a cycle through a phi
  const Value &X = F->Values[V];
  const auto &Names = P.NameMap[Unit];
  const auto &Ents = P.EntityMap[Unit];
  VId Out = 0;
  switch (X.Kind) {
  case ValueKind::Unknown:
    break;
  case ValueKind::Const:
    Out = Pool.constant(X.Imm);
    break;
  case ValueKind::String:
    Out = Pool.make(ValueKind::String);
    break;
  case ValueKind::Param:
  case ValueKind::Local:
    Out = Pool.make(X.Kind, X.A);
    break;
  case ValueKind::Global:
  case ValueKind::Func:
    Out = Pool.make(X.Kind, Ents[X.A]);
    break;
  case ValueKind::Field:
  case ValueKind::Container:
    Out = Pool.make(X.Kind, val(X.A), Names[X.B], Names[X.C]);
    break;
  case ValueKind::Index:
    Out = Pool.make(X.Kind, val(X.A));
    break;
  case ValueKind::Call:
    Out = CallResult[X.A] != ~0u ? CallResult[X.A] : Pool.make(ValueKind::Call, X.A);
    break;
  case ValueKind::Phi: {
    SmallVector<VId, 8> Ops;
    for (uint32_t I = 0; I != X.B; ++I)
      Ops.push_back(val(F->Operands[X.A + I]));
    Out = Pool.phi(Ops, V + 1);
    break;
  }
  case ValueKind::Select: {
    VId A = val(X.A), B = val(X.B), C = val(X.C);
    Out = Pool.make(X.Kind, A, B, C);
    break;
  }
  default: {
    VId A = val(X.A);
    bool Unary = X.Kind == ValueKind::Load || X.Kind == ValueKind::Not ||
                 X.Kind == ValueKind::LNot || X.Kind == ValueKind::Neg;
    Out = Pool.make(X.Kind, A, Unary ? 0 : val(X.B), 0, Unary ? 0 : X.Imm);
    break;
  }
  }
  Val[V] = Out;
  return Out;
}

// Which of zero, negative, positive a value can be.
static uint8_t retClass(const ValuePool &Pool, VId V, ArrayRef<Pred> Facts, unsigned Depth = 0) {
  const VNode N = Pool.node(V);
  auto Excluded = [&](PredOp Op) {
    return impliedBy(Facts, {V, Op, false, ~0ull, 0}) == Truth::False;
  };
  auto Known = [&](uint8_t C) -> uint8_t {
    if (Excluded(PredOp::Eq))
      C &= ~RC_Zero;
    if (Excluded(PredOp::Lt))
      C &= ~RC_Negative;
    if (Excluded(PredOp::Gt))
      C &= ~RC_Positive;
    return C ? C : uint8_t(RC_Any);
  };
  switch (N.Kind) {
  case ValueKind::Const:
    return N.Imm == 0 ? RC_Zero : N.Imm < 0 ? RC_Negative : RC_Positive;
  case ValueKind::Global:
  case ValueKind::Func:
  case ValueKind::Local:
  case ValueKind::String:
  case ValueKind::Field:
  case ValueKind::Index:
  case ValueKind::Container:
    return RC_Positive | RC_Negative;
  case ValueKind::Phi: {
    uint8_t C = 0;
    for (VId O : Pool.operands(V))
      C |= O == V || Depth > 3 ? RC_Any : retClass(Pool, O, Facts, Depth + 1);
    return Known(C);
  }
  default:
    break;
  }
  uint8_t C = Known(RC_Any);
  switch (N.Kind) {
  case ValueKind::Select:
    if (Depth <= 3)
      return Known(retClass(Pool, N.B, Facts, Depth + 1) | retClass(Pool, N.C, Facts, Depth + 1));
    return Known(RC_Any);
  case ValueKind::Add: // pointers do not wrap
    if (Pool.node(N.B).Kind == ValueKind::Const && Pool.node(N.B).Imm > 0)
      C &= ~(retClass(Pool, N.A, Facts, Depth + 1) & RC_Zero ? 0 : RC_Zero);
    return C;
  case ValueKind::LNot: {
    // Known when the negated value is.
    Truth T = impliedBy(Facts, {N.A, PredOp::Ne, false, ~0ull, 0});
    return T == Truth::True ? RC_Zero : T == Truth::False ? RC_Positive : RC_Zero | RC_Positive;
  }
  case ValueKind::Eq:
  case ValueKind::Ne:
    if (Pool.node(N.B).Kind == ValueKind::Const) {
      Truth T = impliedBy(Facts, {N.A, N.Kind == ValueKind::Eq ? PredOp::Eq : PredOp::Ne, false,
                                  ~0ull, Pool.node(N.B).Imm});
      if (T != Truth::Unknown)
        return T == Truth::True ? RC_Positive : RC_Zero;
    }
    return C & ~RC_Negative;
  case ValueKind::LAnd:
  case ValueKind::LOr:
  case ValueKind::Lt:
  case ValueKind::Le:
  case ValueKind::Gt:
  case ValueKind::Ge:
    return C & ~RC_Negative;
  default:
    return C ? C : uint8_t(RC_Any);
  }
}

//===----------------------------------------------------------------------===//
// Flow
//===----------------------------------------------------------------------===//

// Before two states merge: a phi that has different values in them may still be zero
// in both or nonzero in both ("locked" flags and pointers that say what is held).
void FunctionAnalyzer::Impl::shareNonzero(PathState &A, PathState &B) {
  auto Share = [&](VId Phi) {
    if (A.phi(Phi) == B.phi(Phi))
      return;
    uint8_t CA = retClass(Pool, A.phi(Phi), A.Facts), CB = retClass(Pool, B.phi(Phi), B.Facts);
    bool Nonzero = !((CA | CB) & RC_Zero), Zero = (CA | CB) == RC_Zero;
    if (!Nonzero && !Zero)
      return;
    Pred X{Phi, Nonzero ? PredOp::Ne : PredOp::Eq, false, ~0ull, 0};
    for (PathState *St : {&A, &B})
      if (impliedBy(St->Facts, X) == Truth::Unknown)
        addFact(St->Facts, X);
  };
  for (auto [Phi, Value] : SmallVector<std::pair<VId, VId>, 4>(A.Phis))
    Share(Phi);
  for (auto [Phi, Value] : SmallVector<std::pair<VId, VId>, 4>(B.Phis))
    Share(Phi);
}

void FunctionAnalyzer::Impl::push(uint32_t Block, PathState &&St) {
  auto &States = AtBlock[Block];
  for (size_t I = 0; I != States.size(); ++I) {
    if (!States[I].sameContexts(St))
      continue;
    shareNonzero(States[I], St);
    if (States[I].merge(St) && !Dirty[Block].test(I)) {
      Dirty[Block].set(I);
      Work.push(Block);
    }
    return;
  }
  if (States.size() >= MaxStates) {
    Capped = true;
    return;
  }
  States.push_back(std::move(St));
  Dirty[Block].resize(States.size());
  Dirty[Block].set(States.size() - 1);
  Work.push(Block);
}

// Adds Preds to what holds in St. False: contradiction; Stale tells whether only
// with a fact that may be out of date.
bool FunctionAnalyzer::Impl::assume(PathState &St, ArrayRef<Pred> Preds, bool &IsStale) {
  for (const Pred &X : Preds) {
    Truth T = contextTruth(X, St.Held);
    if (T == Truth::Unknown)
      T = impliedBy(St.Facts, X);
    if (T == Truth::False) {
      IsStale = Pool.node(X.V).Flags & (VF_Memory | VF_Opaque);
      if (IsStale)
        llvm::erase_if(St.Facts, [&](const Pred &Old) { return Old.V == X.V; });
      return false;
    }
    if (T == Truth::Unknown && St.Facts.size() < MaxFacts)
      addFact(St.Facts, X);
  }
  return true;
}

void FunctionAnalyzer::Impl::doMoves(const Edge &E, PathState &St) {
  if (!E.MoveCount)
    return;
  SmallVector<std::pair<VId, VId>, 4> New;
  SmallVector<VId, 4> Nonzero;
  for (uint32_t I = 0; I != E.MoveCount; ++I) {
    const Move &Mv = F->Moves[E.MoveBegin + I];
    New.push_back({val(Mv.Phi), Mv.From ? resolve(val(Mv.From), St) : 0});
    if (New.back().second && !(retClass(Pool, New.back().second, St.Facts) & RC_Zero))
      Nonzero.push_back(New.back().first);
  }
  for (auto [Phi, From] : New) {
    llvm::erase_if(St.Phis, [&](const auto &X) {
      return X.first == Phi || ((Pool.node(X.second).Flags & VF_Phi) && mentions(X.second, Phi));
    });
    llvm::erase_if(St.Facts, [&](const Pred &X) {
      return (Pool.node(X.V).Flags & VF_Phi) && mentions(X.V, Phi);
    });
  }
  for (auto [Phi, From] : New)
    if (From && From != Phi && St.Phis.size() < MaxPhis && !mentions(From, Phi))
      St.Phis.push_back({Phi, From});
  llvm::sort(St.Phis);
  // What is known of the old value as a whole holds for the phi, also where the value
  // itself is forgotten (p++ in a loop).
  for (VId Phi : Nonzero)
    if (St.Facts.size() < MaxFacts)
      addFact(St.Facts, {Phi, PredOp::Ne, false, ~0ull, 0});
}

void FunctionAnalyzer::Impl::takeEdge(uint32_t From, const Edge &E, const PathState &In) {
  PathState St = In;
  const Block &B = F->Blocks[From];
  bool IsStale = false, Feasible = true;
  if (E.Guard != GuardKind::Always && B.Cond) {
    VId Cond = resolve(val(B.Cond), St);
    SmallVector<Pred, 4> Preds;
    Truth T = Truth::Unknown;
    auto Test = [&](PredOp Op, int64_t C) {
      if (T != Truth::False)
        if (simplifyPred(Pool, {Cond, Op, false, ~0ull, C}, Preds) == Truth::False)
          T = Truth::False;
    };
    switch (E.Guard) {
    case GuardKind::True:
    case GuardKind::False:
      T = conditionToPreds(Pool, Cond, E.Guard == GuardKind::True, Preds);
      break;
    case GuardKind::Case:
      if (E.Lo == E.Hi) {
        Test(PredOp::Eq, E.Lo);
      } else {
        Test(PredOp::Ge, E.Lo);
        Test(PredOp::Le, E.Hi);
      }
      break;
    case GuardKind::Default:
      for (uint32_t I = 0; I != std::min<uint32_t>(B.EdgeCount, 8); ++I) {
        const Edge &O = F->Edges[B.EdgeBegin + I];
        if (O.Guard == GuardKind::Case && O.Lo == O.Hi)
          Test(PredOp::Ne, O.Lo);
      }
      break;
    case GuardKind::Always:
      break;
    }
    if (T == Truth::False)
      return;
    Feasible = assume(St, Preds, IsStale);
    if (!Feasible && !IsStale)
      return;
  }
  doMoves(E, St);
  // A loop that tests memory waits for it to change: the next round may find it so.
  // (Results of calls are forgotten where the call is made again, phis where they are
  // assigned.)
  if (E.BackEdge) {
    // The lock of an earlier round's object, held into the next: whether the object is
    // such that the next round sleeps is not known here.
    for (HeldContext &H : St.Held) {
      const Event &Begin = F->Events[H.Where];
      bool Inside = H.Where >= F->Blocks[E.Target].EventBegin &&
                    H.Where < B.EventBegin + B.EventCount;
      for (uint32_t I = 0; Inside && Begin.Kind == EventKind::Call && I != Begin.ArgCount; ++I)
        if (Pool.node(val(F->Operands[Begin.ArgBegin + I])).Flags & VF_Phi)
          H.Sure = false;
    }
    SmallVector<VId, 2> Tested;
    for (uint32_t Control : {From, E.Target})
      if (F->Blocks[Control].Cond)
        Tested.push_back(val(F->Blocks[Control].Cond));
    llvm::erase_if(St.Facts, [&](const Pred &X) {
      const VNode &N = Pool.node(X.V);
      if (!(N.Flags & VF_Memory) || (N.Kind == ValueKind::Phi && N.C))
        return false;
      return llvm::any_of(Tested, [&](VId T) { return uses(T, X.V); });
    });
  }
  if (Feasible)
    push(E.Target, std::move(St));
  else if (Stale.size() < 64)
    Stale.push_back({E.Target, std::move(St)});
}

void FunctionAnalyzer::Impl::runBlock(uint32_t Block, PathState In) {
  const gfpcheck::Block &B = F->Blocks[Block];
  StateList States;
  States.push_back(std::move(In));
  if (auto It = AnnotationJoins.find(Block); It != AnnotationJoins.end())
    for (auto [Cond, Sense] : It->second)
      conditionToPreds(Pool, resolve(val(Cond), States[0]), Sense, States[0].DeclaredHere);
  for (uint32_t I = 0; I != B.EventCount && !States.empty(); ++I)
    doEvent(B.EventBegin + I, States);
  for (const PathState &St : States)
    for (uint32_t I = 0; I != B.EdgeCount; ++I) {
      const Edge &E = F->Edges[B.EdgeBegin + I];
      if (!Collecting || !LoopHead[E.Target])
        takeEdge(Block, E, St);
    }
}

//===----------------------------------------------------------------------===//
// Events
//===----------------------------------------------------------------------===//

void FunctionAnalyzer::Impl::doEvent(EventIdx Idx, StateList &States) {
  const Event &E = F->Events[Idx];
  switch (E.Kind) {
  case EventKind::Return:
    for (PathState &St : States) {
      if (!Collecting)
        break;
      St.Ret = E.A ? resolve(val(E.A), St) : 0;
      Exits.push_back(St);
    }
    States.clear();
    break;
  case EventKind::Store:
    for (PathState &St : States)
      doStore(E, St);
    break;
  case EventKind::Call:
    doCall(Idx, E, States);
    break;
  }
}

// A store makes the value of a later load known on this path.
void FunctionAnalyzer::Impl::doStore(const Event &E, PathState &St) {
  VId Addr = resolve(val(E.A), St);
  if (!Addr || Pool.node(Addr).Kind == ValueKind::Index)
    return;
  VId Loaded = Pool.make(ValueKind::Load, Addr);
  if (!Loaded || Pool.node(Loaded).Kind != ValueKind::Load)
    return;
  VId New = resolve(val(E.B), St);
  // A record copied from a call's result: so are its members.
  if (Pool.node(Addr).Kind == ValueKind::Local && Pool.node(New).Kind == ValueKind::Call)
    for (const Pred &X : SmallVector<Pred, 6>(St.Facts)) {
      const VNode N = Pool.node(X.V);
      if (N.Kind != ValueKind::Load)
        continue;
      const VNode A = Pool.node(N.A);
      if (A.Kind != ValueKind::Field || A.A != New || St.Facts.size() >= MaxFacts)
        continue;
      Pred Y = X;
      Y.V = Pool.make(ValueKind::Load, Pool.make(ValueKind::Field, Addr, A.B, A.C));
      addFact(St.Facts, Y);
    }
  llvm::erase_if(St.Facts, [&](const Pred &X) {
    bool Uses = false;
    Pool.rewrite(X.V, VF_Memory, [&](VId V) {
      Uses |= V == Loaded;
      return V;
    });
    return Uses;
  });
  // What a member of a local record holds, for returnedMembers().
  if (Pool.node(Addr).Kind == ValueKind::Field &&
      Pool.node(Pool.node(Addr).A).Kind == ValueKind::Local) {
    llvm::erase_if(St.Phis, [&](const auto &X) { return X.first == Loaded; });
    if (New && St.Phis.size() < MaxPhis)
      St.Phis.push_back({Loaded, New});
    llvm::sort(St.Phis);
  }
  if (!is_contained(St.Written, Loaded) && !(Pool.node(Addr).Flags & VF_Opaque))
    St.Written.push_back(Loaded);
  const VNode N = Pool.node(New);
  if (N.Kind == ValueKind::Const && St.Facts.size() < MaxFacts)
    addFact(St.Facts, {Loaded, PredOp::Eq, false, ~0ull, N.Imm});
  else if (New && !(retClass(Pool, New, St.Facts) & RC_Zero) && St.Facts.size() < MaxFacts)
    addFact(St.Facts, {Loaded, PredOp::Ne, false, ~0ull, 0});
  // count++: nonzero from here on.
  if (N.Kind == ValueKind::Add && N.A == Loaded && Pool.node(N.B).Kind == ValueKind::Const &&
      Pool.node(N.B).Imm > 0 && St.Facts.size() < MaxFacts)
    addFact(St.Facts, {Loaded, PredOp::Ne, false, ~0ull, 0});
}

void FunctionAnalyzer::Impl::begin(PathState &St, const HeldContext &H) {
  // A lock taken again at the same place (a loop over locks) is held once.
  for (const HeldContext &Old : St.Held)
    if (Old.same(H) && Old.Where == H.Where)
      return;
  // Taking back what the caller held.
  size_t I = findHeld(Pool, P, St.Ended, H.Context, H.Lock);
  if (I != Npos) {
    St.Ended.erase(St.Ended.begin() + I);
    return;
  }
  if (St.Held.size() < MaxHeld)
    St.Held.push_back(H);
  // What contains a lock that was taken is there.
  VId Owner = H.Lock;
  while (Pool.node(Owner).Kind == ValueKind::Field || Pool.node(Owner).Kind == ValueKind::Index)
    Owner = Pool.node(Owner).A;
  if (Owner && Owner != H.Lock && St.Facts.size() < MaxFacts) {
    SmallVector<Pred, 2> Preds;
    if (simplifyPred(Pool, {Owner, PredOp::Ne, false, ~0ull, 0}, Preds) == Truth::Unknown)
      for (const Pred &X : Preds)
        if (impliedBy(St.Facts, X) == Truth::Unknown) {
          addFact(St.Facts, X);
          if (!is_contained(NotConditions, X))
            NotConditions.push_back(X);
        }
  }
}

void FunctionAnalyzer::Impl::end(PathState &St, ContextId C, VId Lock, EventIdx Where) {
  size_t I = findHeld(Pool, P, St.Held, C, Lock);
  if (I != Npos) {
    St.Held.erase(St.Held.begin() + I);
    return;
  }
  HeldContext H{C, true, Lock, Where};
  for (const HeldContext &Old : St.Ended)
    if (Old.same(H))
      return;
  if (St.Ended.size() < MaxHeld)
    St.Ended.push_back(H);
}

void FunctionAnalyzer::Impl::applyOp(EventIdx Idx, const ContextOp &Op, ArrayRef<VId> Args,
                                     PathState &St) {
  auto Arg = [&](int N) { return N >= 0 && unsigned(N) < Args.size() ? resolve(Args[N], St) : 0; };
  ContextId C = Op.Context;
  if (Op.AmountArg >= 0) {
    const VNode &N = Pool.node(Arg(Op.AmountArg));
    if (N.Kind != ValueKind::Const)
      return;
    // By the bits of preempt_count() that the amount changes.
    C = NoContext;
    for (ContextId I = 0; I != M.Contexts.size(); ++I)
      if (!M.Contexts[I].Named && (M.Contexts[I].Nonzero & uint64_t(N.Imm))) {
        C = I;
        break;
      }
    if (C == NoContext)
      return;
  }
  VId Lock = Arg(Op.LockArg);
  if (Op.Delta > 0) {
    begin(St, {C, true, Lock, Idx});
  } else if (Op.Delta < 0) {
    end(St, C, Lock, Idx);
  } else {
    bool Any = false;
    llvm::erase_if(St.Held, [&](const HeldContext &H) {
      Any |= H.Context == C;
      return H.Context == C;
    });
    if (!Any)
      end(St, C, 0, Idx);
  }
}

void FunctionAnalyzer::Impl::doModelCall(EventIdx Idx, const FunctionModel &FM,
                                         ArrayRef<VId> Args, StateList &States) {
  const Event &E = F->Events[Idx];
  switch (FM.TheRole) {
  case FunctionModel::Role::Neutral:
  case FunctionModel::Role::Value:
    return;
  case FunctionModel::Role::Sleep:
    if (!Collecting)
      return;
    if (FM.SleepArg >= 0) {
      const VNode &A = Pool.node(unsigned(FM.SleepArg) < Args.size() ? Args[FM.SleepArg] : 0);
      if (A.Kind != ValueKind::Const || A.Imm != FM.SleepEquals)
        return;
    }
    for (const PathState &St : States)
      emit(St, {}, HeldList(St.Held), {}, {}, {Idx}, {NoFunc, 0});
    return;
  case FunctionModel::Role::Primitive:
    break;
  }
  if (FM.SleepsFirst && Collecting)
    for (const PathState &St : States)
      emit(St, {}, HeldList(St.Held), {}, {}, {Idx}, {NoFunc, 0});
  StateList Out;
  VId Result = Pool.make(ValueKind::Call, E.CallNo);
  for (PathState &St : States) {
    if (FM.OpsWhen == When::Always) {
      for (const ContextOp &Op : FM.Ops)
        applyOp(Idx, Op, Args, St);
      Out.push_back(std::move(St));
      continue;
    }
    bool Nonzero = FM.OpsWhen == When::Nonzero;
    PathState Not = St;
    for (const ContextOp &Op : FM.Ops)
      applyOp(Idx, Op, Args, St);
    addFact(St.Facts, {Result, Nonzero ? PredOp::Ne : PredOp::Eq, false, ~0ull, 0});
    addFact(Not.Facts, {Result, Nonzero ? PredOp::Eq : PredOp::Ne, false, ~0ull, 0});
    Out.push_back(std::move(St));
    Out.push_back(std::move(Not));
  }
  States = std::move(Out);
}

// A call made again (in a loop) returns something new. A phi that still has its old
// result keeps what was known of that.
void FunctionAnalyzer::Impl::forgetResult(const Event &E, StateList &States) {
  VId Result = Pool.make(ValueKind::Call, E.CallNo);
  auto Mentions = [&](VId V) {
    bool Found = false;
    Pool.rewrite(V, VF_Opaque, [&](VId X) {
      Found |= X == Result;
      return X;
    });
    return Found;
  };
  for (PathState &St : States) {
    SmallVector<VId, 4> Nonzero;
    llvm::erase_if(St.Phis, [&](const auto &X) {
      if (!Mentions(X.second))
        return false;
      if (!(retClass(Pool, X.second, St.Facts) & RC_Zero))
        Nonzero.push_back(X.first);
      return true;
    });
    llvm::erase_if(St.Facts, [&](const Pred &X) { return Mentions(X.V); });
    for (VId Phi : Nonzero)
      if (St.Facts.size() < MaxFacts)
        addFact(St.Facts, {Phi, PredOp::Ne, false, ~0ull, 0});
  }
}

void FunctionAnalyzer::Impl::doCall(EventIdx Idx, const Event &E, StateList &States) {
  if (E.Flags & EF_NoReturn) { // the path ends here; what a dying path does is no defect
    States.clear();
    return;
  }
  forgetResult(E, States);
  SmallVector<VId, 6> Args;
  for (uint32_t I = 0; I != E.ArgCount; ++I)
    Args.push_back(val(F->Operands[E.ArgBegin + I]));
  VId Callee = val(E.A);
  const VNode CN = Pool.node(Callee);

  if (CN.Kind == ValueKind::Func) {
    if (const FunctionModel *FM = S.ModelOf[CN.A]) {
      if (FM->TheRole == FunctionModel::Role::Value && CallResult[E.CallNo] == ~0u) {
        NameId Special = P.findName(FM->Value);
        bool IsPointer = FM->Value == "current";
        CallResult[E.CallNo] = IsPointer ? Pool.make(ValueKind::Global, Special | SpecialBit)
                                         : Pool.special(Special);
      }
      doModelCall(Idx, *FM, Args, States);
      return;
    }
    FuncId G = P.resolve(CN.A, Id);
    if (G == NoFunc)
      return;
    const FunctionEffects &FE = S.Effects[G];
    VId Result = CallResult[E.CallNo];
    if (Result == ~0u) {
      Result = FE.Ret ? Pool.subst(FE.Ret, Args) : 0;
      if (!Result)
        Result = Pool.make(ValueKind::Call, E.CallNo);
      CallResult[E.CallNo] = Result;
    }
    if (Collecting)
      for (const PathState &St : States) {
        composeSleeps(Idx, G, Args, St, Evidence::Certain, 1, false);
        for (uint32_t I = 0; I != FE.ParamCalls.size(); ++I)
          composeParamCall(Idx, G, I, Args, St);
      }
    applyOutcomes(Idx, FE, Args, Result, States);
    if (S.IsContract[CN.A])
      for (PathState &St : States)
        declare(St, FE, Args);
    return;
  }

  // An indirect call: per state, since the value may be known on some paths only.
  StateList Out;
  for (PathState &St : States) {
    VId Fn = resolve(Callee, St);
    SmallVector<FuncId, 8> Direct; // function values proper
    auto Collect = [&](auto &&Self, VId V) -> bool {
      const VNode N = Pool.node(V);
      if (N.Kind == ValueKind::Func) {
        FuncId G = P.resolve(N.A, Id);
        if (G != NoFunc)
          Direct.push_back(G);
        return true;
      }
      if (N.Kind == ValueKind::Select)
        return Self(Self, N.B) & Self(Self, N.C);
      if (N.Kind == ValueKind::Phi) {
        bool All = true;
        for (VId O : SmallVector<VId, 8>(Pool.operands(V)))
          All &= O != V && Self(Self, O);
        return All;
      }
      return N.Kind == ValueKind::Const; // NULL
    };
    if (Collect(Collect, Fn) && !Direct.empty()) {
      if (Collecting)
        for (FuncId G : Direct)
          composeSleeps(Idx, G, Args, St, Direct.size() == 1 ? Evidence::Certain : Evidence::Several,
                      Direct.size(), true);
      StateList One;
      One.push_back(std::move(St));
      if (Direct.size() == 1)
        applyOutcomes(Idx, S.Effects[Direct[0]], Args, Pool.make(ValueKind::Call, E.CallNo), One);
      Out.append(One.begin(), One.end());
      continue;
    }
    CalleeSet Set = indirectCallees(P, M, Pool, Fn);
    bool FromParam = Pool.node(Fn).Kind == ValueKind::Param ||
                     (Set.Funcs.empty() && !Set.Deferred && (Pool.node(Fn).Flags & VF_Param));
    if (Collecting && FromParam && R.Effects.ParamCalls.size() < MaxParamCalls) {
      if (VId Exported = S.Pool.import(Fn, Pool)) {
        ParamCall PC;
        PC.Fn = Exported;
        for (VId A : Args)
          PC.Args.push_back(S.Pool.import(resolve(A, St), Pool));
        PC.When = exportFacts(St, {});
        PC.Ended = exportHeld(St.Ended, Idx);
        for (const HeldContext &H : St.Held)
          PC.Inside.push_back({H.Context, H.Sure, S.Pool.import(H.Lock, Pool), H.Where});
        PC.Where = Idx;
        auto Same = [&](const ParamCall &O) {
          return O.Fn == PC.Fn && O.Where == Idx && sameContexts(O.Inside, PC.Inside) &&
                 sameContexts(O.Ended, PC.Ended);
        };
        if (llvm::none_of(R.Effects.ParamCalls, Same))
          R.Effects.ParamCalls.push_back(std::move(PC));
      }
    }
    if (Set.Funcs.empty()) {
      if (Collecting && !FromParam && !Set.Deferred)
        ++S.Caps.Unresolved;
      Out.push_back(std::move(St));
      continue;
    }
    if (Collecting) {
      ++S.Caps.Resolved;
      S.Caps.TargetSum += Set.Funcs.size();
    }
    if (Set.Funcs.size() == 1) {
      if (Collecting)
        composeSleeps(Idx, Set.Funcs[0], Args, St, Evidence::Certain, 1, true);
      StateList One;
      One.push_back(std::move(St));
      applyOutcomes(Idx, S.Effects[Set.Funcs[0]], Args, Pool.make(ValueKind::Call, E.CallNo), One);
      Out.append(One.begin(), One.end());
      continue;
    }
    if (!Collecting) {
      Out.push_back(std::move(St));
      continue;
    }
    const InterfaceSleeps &I = Ctx.interface(Set.Funcs, Set.Key);
    bool Few = Set.Funcs.size() <= FewTargets || I.Sleeping * 2 >= I.Targets;
    for (auto [G, Atom] : I.Atoms)
      composeAtom(G, Atom, Args, St,
                  {Idx, G, Atom, NoFunc, 0, Few ? Evidence::Several : Evidence::Guess, 1,
                   uint16_t(std::min<size_t>(Set.Funcs.size(), 0xffff)), true});
    Out.push_back(std::move(St));
  }
  States = std::move(Out);
}

// The condition on which a contract's annotation sleeps holds for what follows.
void FunctionAnalyzer::Impl::declare(PathState &St, const FunctionEffects &FE,
                                     ArrayRef<VId> Args) {
  if (FE.Sleeps.size() != 1)
    return;
  auto G = substGuard(St, FE.Sleeps.front().When, Args);
  if (!G)
    St.Declared.push_back({Pool.constant(0), PredOp::Ne, false, ~0ull, 0}); // never
  else
    St.Declared.append(G->When.begin(), G->When.end());
}

static void retPreds(uint8_t Class, VId V, SmallVectorImpl<Pred> &Out) {
  switch (Class) {
  case RC_Zero: Out.push_back({V, PredOp::Eq, false, ~0ull, 0}); break;
  case RC_Negative: Out.push_back({V, PredOp::Lt, false, ~0ull, 0}); break;
  case RC_Positive: Out.push_back({V, PredOp::Gt, false, ~0ull, 0}); break;
  case RC_Zero | RC_Negative: Out.push_back({V, PredOp::Le, false, ~0ull, 0}); break;
  case RC_Zero | RC_Positive: Out.push_back({V, PredOp::Ge, false, ~0ull, 0}); break;
  case RC_Negative | RC_Positive: Out.push_back({V, PredOp::Ne, false, ~0ull, 0}); break;
  default: break;
  }
}

void FunctionAnalyzer::Impl::applyOutcomes(EventIdx Idx, const FunctionEffects &FE,
                                           ArrayRef<VId> Args, VId Result, StateList &States) {
  if (!FE.Analyzed || FE.trivialOutcome())
    return;
  if (FE.Outcomes.empty()) {
    States.clear(); // never returns
    return;
  }
  // A cleanup handler tests whether its guard took anything ("if (_T->lock)"), and an
  // unlocking function may have a condition that only its author knows. What is held
  // tells: where an outcome ends something that is held, it is that one.
  bool Cleanup = (F->Events[Idx].Flags & EF_Cleanup) ||
                 llvm::any_of(FE.Outcomes, [](const Outcome &O) {
                   return llvm::any_of(O.Ended, [](const HeldContext &H) { return !H.Sure; });
                 });
  StateList Out;
  for (PathState &St : States) {
    SmallVector<VId, 6> Now;
    for (VId A : Args)
      Now.push_back(resolve(A, St));
    auto EndsHeld = [&](const Outcome &O) {
      return llvm::any_of(O.Ended, [&](const HeldContext &H) {
        return findHeld(Pool, P, St.Held, H.Context, Pool.subst(H.Lock, Now)) != Npos;
      });
    };
    bool Ends = Cleanup && llvm::any_of(FE.Outcomes, EndsHeld);
    for (const Outcome &O : FE.Outcomes) {
      if (Cleanup && (Ends ? !EndsHeld(O) : !O.Ended.empty() && FE.Outcomes.size() > 1))
        continue;
      PathState New = St;
      SmallVector<Pred, 4> Preds;
      bool Possible = true;
      for (const Pred &X : O.When) {
        Pred Y = X;
        Y.V = Pool.subst(X.V, Now);
        Possible &= simplifyPred(Pool, Y, Preds) != Truth::False;
      }
      SmallVector<Pred, 1> Ret;
      retPreds(O.Ret, resolve(Result, St), Ret);
      for (const Pred &X : Ret)
        Possible &= simplifyPred(Pool, X, Preds) != Truth::False;
      bool IsStale = false;
      if (!Possible || !assume(New, Preds, IsStale))
        continue;
      for (const HeldContext &H : O.Ended)
        end(New, H.Context, Pool.subst(H.Lock, Now), Idx);
      for (const HeldContext &H : O.Begun)
        begin(New, {H.Context, H.Sure, Pool.subst(H.Lock, Now), Idx});
      // A record that is returned stands for its address until it is stored.
      for (const ReturnedMember &X : O.Members) {
        VId Member = Pool.make(ValueKind::Load,
                               Pool.make(ValueKind::Field, Result, X.Record, X.Field));
        if (New.Facts.size() < MaxFacts)
          addFact(New.Facts,
                  {Member, X.Nonzero ? PredOp::Ne : PredOp::Eq, false, ~0ull, 0});
      }
      for (Pred X : O.Declared) {
        X.V = Pool.subst(X.V, Now);
        SmallVector<Pred, 2> Preds;
        if (simplifyPred(Pool, X, Preds) == Truth::False)
          Preds.assign(1, {Pool.constant(0), PredOp::Ne, false, ~0ull, 0});
        New.Declared.append(Preds.begin(), Preds.end());
      }
      Out.push_back(std::move(New));
      if (Out.size() > 32)
        break;
    }
  }
  if (!Out.empty())
    States = std::move(Out);
}

//===----------------------------------------------------------------------===//
// Sleeping
//===----------------------------------------------------------------------===//

// What the contexts held say of preempt_count() and the other test values.
Truth FunctionAnalyzer::Impl::contextTruth(const Pred &X, ArrayRef<HeldContext> Held) const {
  if (X.C != 0 || (X.Op != PredOp::Eq && X.Op != PredOp::Ne))
    return Truth::Unknown;
  const VNode &N = Pool.node(X.V);
  if (N.Kind != ValueKind::Load)
    return Truth::Unknown;
  const VNode &G = Pool.node(N.A);
  if (G.Kind != ValueKind::Global || !(G.A & SpecialBit))
    return Truth::Unknown;
  StringRef Name = P.name(G.A & ~SpecialBit);
  for (const HeldContext &H : Held) {
    const ContextKind &C = M.Contexts[H.Context];
    bool Nonzero = Name == "preempt_count" ? C.Nonzero && (C.Nonzero & ~X.Mask) == 0
                                           : !C.Test.empty() && Name == C.Test;
    if (Nonzero)
      return X.Op == PredOp::Ne ? Truth::True : Truth::False;
  }
  return Truth::Unknown;
}

std::optional<FunctionAnalyzer::Impl::Substituted>
FunctionAnalyzer::Impl::substGuard(const PathState &St, ArrayRef<Pred> When, ArrayRef<VId> Args) {
  Substituted G;
  for (const Pred &X : When) {
    Pred Y = X;
    Y.V = resolve(Pool.subst(X.V, Args), St);
    SmallVector<Pred, 4> Preds;
    Truth T = simplifyPred(Pool, Y, Preds);
    if (T == Truth::False)
      return std::nullopt;
    if (T == Truth::True)
      continue;
    if (Preds.empty())
      G.GaveUp = true;
    for (const Pred &Z : Preds) {
      Truth Known = contextTruth(Z, St.Held);
      if (Known == Truth::Unknown)
        Known = impliedBy(St.Facts, Z);
      if (Known == Truth::False)
        return std::nullopt;
      if (Known == Truth::Unknown)
        addFact(G.When, Z);
    }
  }
  return G;
}

void FunctionAnalyzer::Impl::composeSleeps(EventIdx Idx, FuncId Callee, ArrayRef<VId> Args,
                                           const PathState &St, Evidence How, uint16_t Fanout,
                                           bool Indirect) {
  const auto &Sleeps = S.Effects[Callee].Sleeps;
  for (uint32_t I = 0; I != Sleeps.size(); ++I)
    composeAtom(Callee, I, Args, St, {Idx, Callee, I, NoFunc, 0, How, 1, Fanout, Indirect});
}

void FunctionAnalyzer::Impl::composeAtom(FuncId Callee, uint32_t Atom, ArrayRef<VId> Args,
                                         const PathState &St, Link L) {
  const SleepAtom &A = S.Effects[Callee].Sleeps[Atom];
  auto G = substGuard(St, A.When, Args);
  if (!G)
    return;
  HeldList Held(St.Held), Ended, Inside;
  for (const HeldContext &E : A.Ended) {
    VId Lock = Pool.subst(E.Lock, Args);
    size_t I = findHeld(Pool, P, Held, E.Context, Lock);
    if (I != Npos)
      Held.erase(Held.begin() + I);
    else
      Ended.push_back({E.Context, true, Lock, L.Where});
  }
  for (const HeldContext &H : A.Inside)
    Inside.push_back({H.Context, H.Sure, Pool.subst(H.Lock, Args), L.Where});
  L.How = std::max(L.How, A.How);
  L.Depth = A.Depth + 1;
  L.Fanout = std::max(L.Fanout, A.Fanout);
  L.Conditions = A.Conditions;
  emit(St, *G, std::move(Held), std::move(Ended), Inside, L, {Callee, Atom});
}

void FunctionAnalyzer::Impl::composeParamCall(EventIdx Idx, FuncId Callee, uint32_t Call,
                                              ArrayRef<VId> Args, const PathState &St) {
  const ParamCall PC = S.Effects[Callee].ParamCalls[Call];
  SmallVector<VId, 6> Now;
  for (VId A : Args)
    Now.push_back(resolve(A, St));
  VId Fn = Pool.subst(PC.Fn, Now);
  auto G = substGuard(St, PC.When, Now);
  if (!G)
    return;
  SmallVector<FuncId, 4> Targets;
  const VNode N = Pool.node(Fn);
  if (N.Kind == ValueKind::Func) {
    FuncId T = P.resolve(N.A, Id);
    if (T != NoFunc)
      Targets.push_back(T);
  } else {
    CalleeSet Set = indirectCallees(P, M, Pool, Fn);
    if (Set.Funcs.size() <= FewTargets)
      Targets.append(Set.Funcs.begin(), Set.Funcs.end());
    if (Targets.empty() && !Set.Deferred && (N.Flags & VF_Param) &&
        R.Effects.ParamCalls.size() < MaxParamCalls && PC.Depth < 6) {
      ParamCall Up;
      Up.Fn = S.Pool.import(Fn, Pool);
      if (!Up.Fn)
        return;
      for (VId A : PC.Args)
        Up.Args.push_back(S.Pool.import(Pool.subst(A, Now), Pool));
      Up.When = exportFacts(St, G->When);
      HeldList Here(St.Held);
      for (const HeldContext &E : PC.Ended)
        if (size_t J = findHeld(Pool, P, Here, E.Context, Pool.subst(E.Lock, Now)); J != Npos)
          Here.erase(Here.begin() + J);
      Up.Inside = PC.Inside.empty() ? Here : PC.Inside;
      for (HeldContext &H : Up.Inside)
        H.Lock = S.Pool.import(PC.Inside.empty() ? H.Lock : Pool.subst(H.Lock, Now), Pool);
      Up.Ended = exportHeld(St.Ended, Idx);
      Up.Where = Idx;
      Up.Callee = Callee;
      Up.CalleeCall = Call;
      Up.Depth = PC.Depth + 1;
      auto Same = [&](const ParamCall &O) {
        return O.Fn == Up.Fn && O.Where == Idx && O.Callee == Callee && O.CalleeCall == Call;
      };
      if (llvm::none_of(R.Effects.ParamCalls, Same))
        R.Effects.ParamCalls.push_back(std::move(Up));
      return;
    }
  }
  SmallVector<VId, 6> TargetArgs;
  for (VId A : PC.Args)
    TargetArgs.push_back(Pool.subst(A, Now));
  for (FuncId T : Targets) {
    const auto &Sleeps = S.Effects[T].Sleeps;
    for (uint32_t I = 0; I != Sleeps.size(); ++I) {
      const SleepAtom &A = Sleeps[I];
      // What the target's conditions say inside the callee, where PC.Inside holds.
      PathState Deep = St;
      for (const HeldContext &H : PC.Inside)
        if (Deep.Held.size() < MaxHeld)
          Deep.Held.push_back({H.Context, H.Sure, Pool.subst(H.Lock, Now), Idx});
      for (const Pred &X : G->When)
        if (Deep.Facts.size() < MaxFacts)
          addFact(Deep.Facts, X);
      auto GT = substGuard(Deep, A.When, TargetArgs);
      if (!GT)
        continue;
      HeldList Held(St.Held), Inside;
      for (const HeldContext &H : PC.Inside)
        Inside.push_back({H.Context, H.Sure, Pool.subst(H.Lock, Now), Idx});
      auto Remove = [&](ContextId C, VId Lock) {
        if (size_t K = findHeld(Pool, P, Inside, C, Lock); K != Npos)
          Inside.erase(Inside.begin() + K);
        else if (size_t J = findHeld(Pool, P, Held, C, Lock); J != Npos)
          Held.erase(Held.begin() + J);
        else
          return false;
        return true;
      };
      HeldList Ended;
      for (const HeldContext &E : PC.Ended)
        if (size_t J = findHeld(Pool, P, Held, E.Context, Pool.subst(E.Lock, Now)); J != Npos)
          Held.erase(Held.begin() + J);
      for (const HeldContext &E : A.Ended) {
        VId Lock = Pool.subst(E.Lock, TargetArgs);
        if (!Remove(E.Context, Lock))
          Ended.push_back({E.Context, true, Lock, Idx});
      }
      Link L{Idx,
             Callee,
             Call,
             T,
             I,
             std::max(A.How, Targets.size() == 1 ? Evidence::Certain : Evidence::Several),
             uint16_t(A.Depth + PC.Depth + 1),
             uint16_t(Targets.size()),
             false,
             A.Conditions};
      emit(St, *GT, std::move(Held), std::move(Ended), Inside, L, {NoFunc, 0});
    }
  }
}

// What conditions of a callee that nothing here decides count for. A flag in memory that
// it tests is often the very one that says whether sleeping is allowed.
unsigned FunctionAnalyzer::Impl::undecided(ArrayRef<Pred> When) const {
  if (When.empty())
    return 0;
  bool Flag = llvm::any_of(When, [&](const Pred &X) {
    const VNode &N = Pool.node(X.V);
    return N.Kind == ValueKind::Load && (N.Flags & VF_Memory);
  });
  return Flag ? FlagWeight : 1;
}

void FunctionAnalyzer::Impl::emit(const PathState &St, const Substituted &Callee, HeldList Held,
                                  HeldList Ended, const HeldList &Inside, const Link &L,
                                  std::pair<FuncId, uint32_t> Origin) {
  Substituted G = Callee;
  for (const Guard *Declared : {&St.Declared, &St.DeclaredHere})
    for (const Pred &X : *Declared) {
      if (Pool.node(X.V).Kind == ValueKind::Const)
        return;
      Truth T = contextTruth(X, Held);
      if (T == Truth::Unknown)
        T = impliedBy(St.Facts, X);
      if (T == Truth::False)
        return;
      if (T == Truth::Unknown && !is_contained(G.When, X))
        addFact(G.When, X);
    }
  SleepAtom A;
  A.Where = L.Where;
  A.Callee = L.Callee;
  A.CalleeAtom = L.CalleeAtom;
  A.Target = L.Target;
  A.TargetAtom = L.TargetAtom;
  A.Depth = L.Depth;
  A.Fanout = L.Fanout;
  A.Indirect = L.Indirect;
  A.Conditions = L.Conditions;
  A.How = G.GaveUp ? std::max(L.How, Evidence::Several) : L.How;

  bool Defect = !Held.empty() || !Inside.empty();
  bool Pending = Defect && llvm::any_of(G.When, [&](const Pred &X) {
    uint8_t Flags = Pool.node(X.V).Flags;
    return (Flags & VF_Param) && !(Flags & VF_Opaque);
  });
  if (Defect && !Pending) {
    AtomicSleep D;
    D.Func = Id;
    D.InCallee = Held.empty();
    const HeldList &From = D.InCallee ? Inside : Held;
    // Name a lock where one is held: it says more than "interrupts disabled".
    auto Named = llvm::find_if(From, [&](const HeldContext &H) { return M.Contexts[H.Context].Named; });
    D.Held = Named == From.end() ? From.front() : *Named;
    bool Sure = llvm::any_of(D.InCallee ? Inside : Held, [](const HeldContext &H) { return H.Sure; });
    if (!Sure)
      A.How = std::max(A.How, Evidence::Several);
    // A condition that the callee tests and nothing here decides: often the very flag
    // that tells whether sleeping is allowed.
    A.Conditions += undecided(G.When);
    if (Origin.first != NoFunc && !Inside.empty())
      R.Decided.push_back(Origin);
    describeLock(D, Pool, P, Id); // while the scratch values still exist
    D.Held.Lock = S.Pool.import(D.Held.Lock, Pool);
    A.Inside = exportHeld(Inside, L.Where);
    D.Chain = A;
    R.AtomicSleeps.push_back(std::move(D));
    return;
  }
  A.When = exportFacts(St, G.When);
  // A condition that cannot be said in terms of this function's entry.
  auto Lost = [&](const Pred &X) {
    VId V = S.Pool.import(X.V, Pool);
    return !V || llvm::none_of(A.When, [&](const Pred &Y) { return Y.V == V; });
  };
  auto LostFact = [&](const Pred &X) {
    return !is_contained(NotConditions, X) && !uses(X.V, St.Written) && Lost(X);
  };
  SmallVector<Pred, 4> LostConditions;
  llvm::copy_if(G.When, std::back_inserter(LostConditions), Lost);
  if (!LostConditions.empty())
    A.Conditions += undecided(LostConditions);
  else if (auto Fact = llvm::find_if(St.Facts, LostFact); Fact != St.Facts.end())
    A.Conditions += llvm::any_of(St.Facts, [&](const Pred &X) {
                      return (Pool.node(X.V).Flags & VF_Phi) && LostFact(X);
                    })
                        ? RoundWeight
                        : 1;
  if (Defect)
    A.Inside = exportHeld(Held.empty() ? ArrayRef<HeldContext>(Inside) : ArrayRef<HeldContext>(Held),
                          L.Where);
  if (!Held.empty())
    for (size_t I = 0; I != Held.size(); ++I)
      A.Inside[I].Where = Held[I].Where;
  for (const HeldContext &H : St.Ended)
    Ended.push_back(H);
  A.Ended = exportHeld(Ended, L.Where);
  addAtom(std::move(A));
}

void describeLock(AtomicSleep &D, const ValuePool &Pool, const Program &P, FuncId Func) {
  VId Lock = lockObject(Pool, P, D.Held.Lock);
  if (!Lock)
    return;
  const TuSummary &Unit = P.Units[P.Functions[Func].Unit];
  SmallVector<StringRef, 6> Names;
  for (const Param &X : P.function(Func).Params)
    Names.push_back(Unit.str(X.Name));
  D.Lock = Pool.print(Lock, P, Names);
  uint64_t Class = lockClass(Pool, P, Lock);
  if (Class >> 63)
    D.LockClass = P.name(P.Entities[uint32_t(Class)].Name).str();
  else if (Class)
    D.LockClass = (P.name(Class >> 32) + "." + P.name(uint32_t(Class))).str();
}

// Keeps the strongest of comparable atoms.
void FunctionAnalyzer::Impl::addAtom(SleepAtom A) {
  if (A.Conditions > MaxConditions) {
    ++S.Caps.Conditions;
    return;
  }
  auto &Sleeps = R.Effects.Sleeps;
  auto Subsumes = [](const SleepAtom &X, const SleepAtom &Y) {
    // Ending less of the caller's leaves more to sleep under.
    auto EndsLess = [](const SleepAtom &A, const SleepAtom &B) {
      return llvm::all_of(A.Ended, [&](const HeldContext &H) {
        return llvm::any_of(B.Ended, [&](const HeldContext &O) { return O.same(H); });
      });
    };
    return X.How <= Y.How && EndsLess(X, Y) && sameContexts(X.Inside, Y.Inside) &&
           weakerGuard(X.When, Y.When) && X.Conditions <= Y.Conditions &&
           (X.When.size() < Y.When.size() || X.Conditions < Y.Conditions || X.Depth <= Y.Depth);
  };
  for (const SleepAtom &Old : Sleeps)
    if (Subsumes(Old, A))
      return;
  // Two atoms that differ in one condition and its negation are one without it.
  for (SleepAtom &Old : Sleeps) {
    if (Old.When.size() != A.When.size() || !sameContexts(Old.Ended, A.Ended) ||
        !sameContexts(Old.Inside, A.Inside))
      continue;
    const Pred *Apart = nullptr;
    bool Single = true;
    for (const Pred &X : A.When)
      if (!is_contained(Old.When, X)) {
        Single &= !Apart;
        Apart = &X;
      }
    if (!Apart || !Single || !is_contained(Old.When, Apart->negated()))
      continue;
    SleepAtom Both = std::tie(Old.How, Old.Conditions) < std::tie(A.How, A.Conditions) ? A : Old;
    Pred Dropped = *Apart;
    llvm::erase_if(Both.When, [&](const Pred &X) { return X == Dropped || X == Dropped.negated(); });
    Sleeps.erase(Sleeps.begin() + (&Old - Sleeps.data()));
    addAtom(std::move(Both));
    return;
  }
  for (SleepAtom &Old : Sleeps)
    if (Subsumes(A, Old)) {
      Old = std::move(A); // one is replaced in place; others stay, harmless
      return;
    }
  if (Sleeps.size() < MaxAtoms) {
    Sleeps.push_back(std::move(A));
    return;
  }
  // Full: the one that is least likely to matter goes.
  ++S.Caps.Atoms;
  auto Worse = [](const SleepAtom &X, const SleepAtom &Y) {
    return std::tuple(X.Conditions, X.How, X.When.size(), X.Depth) >
           std::tuple(Y.Conditions, Y.How, Y.When.size(), Y.Depth);
  };
  auto Worst = std::max_element(Sleeps.begin(), Sleeps.end(),
                                [&](const auto &X, const auto &Y) { return Worse(Y, X); });
  if (Worse(*Worst, A))
    *Worst = std::move(A);
}

// Whether one of Parts, which contain loads, is V or part of it.
bool FunctionAnalyzer::Impl::uses(VId V, ArrayRef<VId> Parts) {
  bool Uses = false;
  if (!Parts.empty())
    Pool.rewrite(V, VF_Memory, [&](VId X) {
      Uses |= is_contained(Parts, X);
      return X;
    });
  return Uses;
}

Guard FunctionAnalyzer::Impl::exportFacts(const PathState &St, ArrayRef<Pred> More) {
  SmallVector<Pred, 12> All(More.begin(), More.end());
  All.append(St.Facts.begin(), St.Facts.end());
  llvm::erase_if(All, [&](const Pred &X) {
    return is_contained(NotConditions, X) || uses(X.V, St.Written);
  });
  // What a caller is likeliest to decide comes first: flags that it passes, what the
  // context decides, other parameters, then memory.
  auto Rank = [&](const Pred &X) {
    uint8_t Flags = Pool.node(X.V).Flags;
    if (Flags & VF_Memory)
      return Flags & VF_Param ? 3 : 4;
    return X.Mask != ~0ull ? 0 : Flags & VF_Param ? 2 : 1;
  };
  llvm::stable_sort(All, [&](const Pred &A, const Pred &B) { return Rank(A) < Rank(B); });
  Guard Out;
  for (const Pred &X : All) {
    if (Out.size() == MaxGuard)
      break;
    Pred Y = X;
    // A choice of constants is this function's business, not a caller's.
    if (Pool.node(X.V).Kind == ValueKind::Phi &&
        !(Pool.node(X.V).Flags & (VF_Param | VF_Memory)))
      continue;
    Y.V = S.Pool.import(X.V, Pool);
    if (Y.V && !is_contained(Out, Y))
      Out.push_back(Y);
  }
  llvm::sort(Out);
  return Out;
}

HeldList FunctionAnalyzer::Impl::exportHeld(ArrayRef<HeldContext> H, EventIdx Where) {
  HeldList Out;
  for (const HeldContext &X : H)
    Out.push_back({X.Context, X.Sure, S.Pool.import(X.Lock, Pool), Where});
  return Out;
}

//===----------------------------------------------------------------------===//
// The whole function
//===----------------------------------------------------------------------===//

SmallVector<ReturnedMember, 1> FunctionAnalyzer::Impl::returnedMembers(const PathState &St) {
  SmallVector<ReturnedMember, 1> Out;
  if (Pool.node(St.Ret).Kind != ValueKind::Load)
    return Out;
  const VId Record = Pool.node(St.Ret).A;
  if (Pool.node(Record).Kind != ValueKind::Local)
    return Out;
  // A pointer to a lock that is held is not null.
  for (auto [Loaded, Value] : St.Phis) {
    const VNode N = Pool.node(Loaded);
    if (N.Kind != ValueKind::Load || Pool.node(N.A).Kind != ValueKind::Field ||
        Pool.node(N.A).A != Record)
      continue;
    if (llvm::any_of(St.Held, [&, V = Value](const HeldContext &H) {
          return H.Lock && lockObject(Pool, P, H.Lock) == V;
        }))
      Out.push_back({Pool.node(N.A).B, Pool.node(N.A).C, true});
  }
  for (const Pred &X : St.Facts) {
    const VNode N = Pool.node(X.V);
    if (N.Kind != ValueKind::Load || X.Mask != ~0ull)
      continue;
    const VNode A = Pool.node(N.A);
    if (A.Kind == ValueKind::Field && A.A == Record)
      if (Truth T = implied(X, {X.V, PredOp::Ne, false, ~0ull, 0}); T != Truth::Unknown)
        Out.push_back({A.B, A.C, T == Truth::True});
  }
  return Out;
}

void FunctionAnalyzer::Impl::finishOutcomes() {
  auto &Outs = R.Effects.Outcomes;
  SmallVector<PathState, 4> Groups;
  SmallVector<uint8_t, 4> Classes;
  for (const PathState &St : Exits) {
    uint8_t C = St.Ret ? retClass(Pool, St.Ret, St.Facts) : uint8_t(RC_Any);
    auto It = llvm::find_if(Groups, [&](const PathState &G) { return G.sameContexts(St); });
    if (It != Groups.end()) {
      Classes[It - Groups.begin()] |= C;
      It->merge(St);
    } else if (Groups.size() < MaxOutcomes) {
      Groups.push_back(St);
      Classes.push_back(C);
    } else {
      ++S.Caps.Outcomes;
    }
  }
  for (size_t I = 0; I != Groups.size(); ++I) {
    Outcome O;
    O.Ret = Classes[I];
    if (Groups.size() > 1)
      O.When = exportFacts(Groups[I], {});
    for (const HeldContext &H : Groups[I].Held)
      O.Begun.push_back({H.Context, H.Sure, S.Pool.import(H.Lock, Pool), H.Where});
    O.Ended = exportHeld(Groups[I].Ended, 0);
    O.Members = returnedMembers(Groups[I]);
    // A contract is the allocator's own: it ends at the first external function.
    bool Helper = P.Entities[P.Functions[Id].Ent].File && !(F->Flags & FF_HeaderInline);
    for (Pred X : Groups[I].Declared)
      if (Helper && (X.V = S.Pool.import(X.V, Pool)))
        O.Declared.push_back(X);
    Outs.push_back(std::move(O));
  }
  // Outcomes that a caller cannot tell apart and that differ in what they begin or end:
  // no caller could use such a function, so it is this analysis that lost a
  // correlation. Such a context does not leave the function.
  for (size_t I = 0; I != Outs.size(); ++I)
    for (size_t J = 0; J != Outs.size(); ++J) {
      if (I == J || !(Outs[I].Ret & Outs[J].Ret))
        continue;
      bool Apart = llvm::any_of(
          Outs[I].When, [&](const Pred &X) { return impliedBy(Outs[J].When, X) == Truth::False; });
      auto Differs = [&](const ReturnedMember &X) {
        return llvm::any_of(Outs[J].Members, [&](const ReturnedMember &Y) {
          return X.Record == Y.Record && X.Field == Y.Field && X.Nonzero != Y.Nonzero;
        });
      };
      if (Apart || llvm::any_of(Outs[I].Members, Differs))
        continue;
      auto Compare = [&](HeldList &Mine, const HeldList &Theirs) {
        for (HeldContext &H : Mine)
          if (findHeld(S.Pool, P, Theirs, H.Context, H.Lock) == Npos)
            H.Sure = false;
      };
      Compare(Outs[I].Begun, Outs[J].Begun);
      Compare(Outs[I].Ended, Outs[J].Ended);
    }
  // An identified lock that is ended stays: the caller knows whether it holds that.
  auto Identified = [&](const HeldContext &H) { return M.Contexts[H.Context].Named && H.Lock; };
  for (Outcome &O : Outs)
    for (HeldList *L : {&O.Begun, &O.Ended}) {
      if (L == &O.Ended && llvm::any_of(*L, Identified))
        continue;
      size_t Before = L->size();
      llvm::erase_if(*L, [](const HeldContext &H) { return !H.Sure; });
      S.Caps.Unbalanced += Before - L->size();
    }
  // What is the same now is one outcome.
  std::vector<Outcome> Merged;
  for (Outcome &O : Outs) {
    auto It = llvm::find_if(Merged, [&](const Outcome &M) {
      return sameContexts(M.Begun, O.Begun) && sameContexts(M.Ended, O.Ended) &&
             M.Members == O.Members;
    });
    if (It == Merged.end()) {
      Merged.push_back(std::move(O));
      continue;
    }
    It->Ret |= O.Ret;
    llvm::erase_if(It->Members, [&](const auto &X) { return !is_contained(O.Members, X); });
    llvm::erase_if(It->Declared, [&](const Pred &X) { return !is_contained(O.Declared, X); });
    llvm::erase_if(It->When, [&](const Pred &X) { return !is_contained(O.When, X); });
  }
  if (Merged.size() == 1)
    Merged[0].When.clear();
  Outs = std::move(Merged);
}

// The returned expression: one value, or two told apart by a condition.
void FunctionAnalyzer::Impl::finishReturn() {
  if (Exits.empty())
    return;
  SmallVector<VId, 4> Values;
  for (const PathState &St : Exits)
    if (!is_contained(Values, St.Ret))
      Values.push_back(St.Ret);
  if (Values.size() == 1) {
    R.Effects.Ret = S.Pool.import(Values[0], Pool);
    return;
  }
  if (Exits.size() == 2 && Values[0] && Values[1]) {
    for (const Pred &X : Exits[0].Facts) {
      if (impliedBy(Exits[1].Facts, X) != Truth::False || (X.Op != PredOp::Eq && X.Op != PredOp::Ne))
        continue;
      VId Masked = X.Mask == ~0ull ? X.V : Pool.make(ValueKind::And, X.V, Pool.constant(X.Mask));
      VId Cond = Pool.make(X.Op == PredOp::Eq ? ValueKind::Eq : ValueKind::Ne, Masked,
                           Pool.constant(X.C));
      R.Effects.Ret =
          S.Pool.import(Pool.make(ValueKind::Select, Cond, Values[0], Values[1]), Pool);
      if (R.Effects.Ret)
        return;
    }
  }
  if (Values.size() <= 4 && !is_contained(Values, 0u))
    R.Effects.Ret = S.Pool.import(Pool.phi(Values, 0), Pool);
}

// might_sleep_if(C) declares that the function sleeps if C, and so that it does not
// otherwise. Its shape: a block that holds nothing but the annotation, reached through
// conditions whose other edges all lead to where the block leads.
void FunctionAnalyzer::Impl::findAnnotations() {
  AnnotationJoins.clear();
  std::vector<SmallVector<uint32_t, 2>> Preds;
  auto IsAnnotation = [&](const Event &E) {
    if (E.Kind != EventKind::Call || F->Values[E.A].Kind != ValueKind::Func)
      return false;
    const FunctionModel *FM = S.ModelOf[P.EntityMap[Unit][F->Values[E.A].A]];
    return FM && FM->TheRole == FunctionModel::Role::Sleep && FM->Annotation;
  };
  for (uint32_t M = 1; M < F->Blocks.size(); ++M) {
    const Block &B = F->Blocks[M];
    if (B.EdgeCount != 1 || B.EventCount == 0 || B.EventCount > 2 ||
        !IsAnnotation(F->Events[B.EventBegin]))
      continue;
    if (Preds.empty()) {
      Preds.resize(F->Blocks.size());
      for (uint32_t From = 0; From != F->Blocks.size(); ++From)
        for (uint32_t I = 0; I != F->Blocks[From].EdgeCount; ++I)
          Preds[F->Edges[F->Blocks[From].EdgeBegin + I].Target].push_back(From);
    }
    const uint32_t Join = F->Edges[B.EdgeBegin].Target;
    SmallVector<std::pair<ValueId, bool>, 2> Conditions;
    size_t Through = 1; // edges into Join that come by here
    for (uint32_t At = M; Preds[At].size() == 1; ) {
      const uint32_t From = Preds[At].front();
      const Block &C = F->Blocks[From];
      if (C.EdgeCount != 2)
        break;
      const Edge &A = F->Edges[C.EdgeBegin], &O = F->Edges[C.EdgeBegin + 1];
      const Edge &ToHere = A.Target == At ? A : O, &Other = A.Target == At ? O : A;
      if (Other.Target != Join || ToHere.Target != At)
        break;
      Conditions.push_back({C.Cond, ToHere.Guard == GuardKind::True});
      ++Through;
      At = From;
    }
    if (!Conditions.empty() && Through == Preds[Join].size())
      AnnotationJoins[Join] = std::move(Conditions);
  }
}

// Within a loop the fixpoint has merged the states of early rounds, which knew other
// facts, into the final ones. So the states of the heads of loops are kept and flow once
// more, forward, through the blocks between them.
void FunctionAnalyzer::Impl::collect() {
  LoopHead.assign(F->Blocks.size(), false);
  LoopHead[0] = true;
  for (uint32_t B = 0; B != F->Blocks.size(); ++B)
    for (uint32_t I = 0; I != F->Blocks[B].EdgeCount; ++I) {
      uint32_t Target = F->Edges[F->Blocks[B].EdgeBegin + I].Target;
      if (Target <= B)
        LoopHead[Target] = true;
    }
  auto Final = std::move(AtBlock);
  AtBlock.assign(Final.size(), {});
  for (uint32_t B = 0; B != Final.size(); ++B)
    if (LoopHead[B])
      AtBlock[B] = Final[B];
  Collecting = true;
  for (uint32_t B = 0; B != AtBlock.size(); ++B) {
    if (AtBlock[B].empty())
      AtBlock[B] = std::move(Final[B]); // reached with a stale fact only
    for (const PathState &St : AtBlock[B])
      runBlock(B, St);
  }
  Work = {};
}

FunctionResult FunctionAnalyzer::Impl::analyze(FuncId Func) {
  Id = Func;
  F = &P.function(Func);
  Unit = P.Functions[Func].Unit;
  R = {};
  Pool.clear();
  Val.assign(std::max<size_t>(F->Values.size(), 1), ~0u); // an alias has no values
  Val[0] = 0;
  CallResult.assign(F->CallCount, ~0u);
  AtBlock.clear();
  AtBlock.resize(F->Blocks.size());
  Dirty.assign(F->Blocks.size(), SmallBitVector());
  Stale.clear();
  NotConditions.clear();
  Exits.clear();
  Capped = Collecting = false;
  R.Effects.Analyzed = true;
  if (F->Blocks.empty()) {
    R.Effects.Outcomes.emplace_back();
    return std::move(R);
  }

  findAnnotations();
  push(0, PathState());
  size_t Steps = 0, Limit = 200 + 40 * F->Blocks.size();
  for (;;) {
    while (!Work.empty()) {
      uint32_t B = Work.top();
      Work.pop();
      for (size_t I = 0; I != AtBlock[B].size(); ++I) {
        if (!Dirty[B].test(I))
          continue;
        Dirty[B].reset(I);
        if (++Steps > Limit) {
          Capped = true;
          continue;
        }
        runBlock(B, AtBlock[B][I]);
      }
    }
    // Blocks that only stale facts kept from being reached.
    std::vector<StaleEdge> Pruned = std::move(Stale);
    Stale.clear();
    bool Any = false;
    for (StaleEdge &E : Pruned)
      if (AtBlock[E.Target].empty()) {
        push(E.Target, std::move(E.St));
        Any = true;
      }
    if (!Any)
      break;
  }
  if (Capped)
    ++S.Caps.States;
  collect();
  finishReturn();
  finishOutcomes();
  return std::move(R);
}

FunctionAnalyzer::FunctionAnalyzer(Solution &S, SolveContext &C)
    : I(std::make_unique<Impl>(S, C)) {}
FunctionAnalyzer::~FunctionAnalyzer() = default;
FunctionResult FunctionAnalyzer::analyze(FuncId F) { return I->analyze(F); }

} // namespace gfpcheck
