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

#include "FunctionAnalysisImpl.h"

using namespace llvm;

namespace gfpcheck {

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
      return {It->second, Program::variableKey(B.A)};
  return {};
}

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
    Out = X.A < Bound.size() && Bound[X.A] ? Bound[X.A] : Pool.make(X.Kind, X.A);
    break;
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
uint8_t retClass(const ValuePool &Pool, VId V, ArrayRef<Pred> Facts, unsigned Depth) {
  const VNode N = Pool.node(V);
  if (isAddress(N.Kind))
    return RC_Positive | RC_Negative;
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
    for (uint32_t At = M; Preds[At].size() == 1;) {
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

FunctionAnalyzer::Impl::Impl(Solution &S, SolveContext &C)
    : S(S), P(S.P), M(S.M), Ctx(C), Pool(&S.Pool), Current(S.Current), TaskFlags(S.TaskFlags),
      AnyObject(S.AnyObject) {
  for (const auto &Entry : M.TaskMembers)
    TaskMemberLoads.push_back(
        {S.Pool.make(ValueKind::Load, S.taskMember(Entry.first())), Entry.second});
  llvm::sort(TaskMemberLoads);
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
  ExitAt.clear();
  Scoped.clear();
  AlwaysHeld.clear();
  Variants.clear();
  Capped = Collecting = false;
  R.Effects.Analyzed = true;
  if (F->Blocks.empty()) {
    R.Effects.Outcomes.emplace_back();
    return std::move(R);
  }

  findAnnotations();
  PathState Entry;
  enterPossession(Entry);
  push(0, std::move(Entry));
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
  for (auto [Where, Prevents] : Scoped)
    if (Prevents)
      R.ScopedCalls.push_back({Where, Prevents});
  llvm::sort(R.ScopedCalls, [](auto &A, auto &B) { return A.Where < B.Where; });
  for (const auto &[Where, Classes] : AlwaysHeld)
    for (uint64_t Class : Classes)
      R.LockedCalls.push_back({Class, Where});
  llvm::sort(R.LockedCalls);
  R.LockedCalls.erase(llvm::unique(R.LockedCalls), R.LockedCalls.end());
  for (auto &[Where, All] : Variants)
    if (llvm::any_of(All, [](const CallVariant &V) {
          return V.Prevents || !V.Held.empty() || !V.Conditions.empty();
        }))
      std::move(All.begin(), All.end(), std::back_inserter(R.CallVariants));
  std::stable_sort(R.CallVariants.begin(), R.CallVariants.end(),
                   [](auto &A, auto &B) { return A.Where < B.Where; });
  finishGfpStores();
  finishReturn();
  finishOutcomes();
  return std::move(R);
}

std::vector<CallState> FunctionAnalyzer::Impl::calls(FuncId Func) {
  std::vector<CallState> Out;
  Calls = &Out;
  analyze(Func);
  Calls = nullptr;
  llvm::sort(Out, [](const CallState &A, const CallState &B) {
    return std::tie(A.Where, A.Callee, A.Args, A.Members, A.Atomic) <
           std::tie(B.Where, B.Callee, B.Args, B.Members, B.Atomic);
  });
  return Out;
}

std::vector<ExitState> FunctionAnalyzer::Impl::exits(FuncId Func) {
  analyze(Func);
  std::vector<ExitState> Out;
  for (size_t I = 0; I != Exits.size(); ++I)
    Out.push_back({ExitAt[I], S.Pool.import(Exits[I].Ret, Pool), exportFacts(Exits[I], {}),
                   losesFact(Exits[I])});
  return Out;
}

uint8_t FunctionAnalyzer::Impl::returns(FuncId Func, ArrayRef<VId> Args) {
  Bound = Args;
  analyze(Func);
  Bound = {};
  uint8_t Out = 0;
  for (const PathState &St : Exits)
    Out |= St.Ret ? retClass(Pool, St.Ret, St.Facts) : uint8_t(RC_Any);
  return Out;
}

FunctionAnalyzer::FunctionAnalyzer(Solution &S, SolveContext &C)
    : I(std::make_unique<Impl>(S, C)) {}
FunctionAnalyzer::~FunctionAnalyzer() = default;
FunctionResult FunctionAnalyzer::analyze(FuncId F) { return I->analyze(F); }
const std::vector<CallState> &FunctionAnalyzer::calls(FuncId F) {
  if (Known.size() <= F)
    Known.resize(F + 1);
  if (!Known[F])
    Known[F] = std::make_shared<const std::vector<CallState>>(I->calls(F));
  return *Known[F];
}
std::vector<ExitState> FunctionAnalyzer::exits(FuncId F) { return I->exits(F); }
ScopeUse FunctionAnalyzer::scopes(FuncId F, const TokenSources &Sources) {
  return I->scopes(F, Sources);
}
uint8_t FunctionAnalyzer::returns(FuncId F, ArrayRef<VId> Args) { return I->returns(F, Args); }

} // namespace gfpcheck
