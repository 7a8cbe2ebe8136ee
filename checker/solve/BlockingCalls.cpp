//===- BlockingCalls.cpp - Calls that may get to a lock --------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockingCalls.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

static constexpr size_t MaxTestBlocks = 24; // of a function whose result is worked out again

CallFacts::CallFacts(const Solution &S, const CallGraph &G)
    : S(S), P(S.P), M(S.M), WaitOf(P.byEntity(M.Waits)), QueueingOf(P.byEntity(M.Queueing)),
      LastReferenceOf(P.byEntity(M.LastReferences)) {
  findLeads(G);
  findLastReferences(G);
}

BlockingCalls::BlockingCalls(Solution &S, const WalkContext &C, Sought What)
    : Facts(C.Facts), S(S), P(S.P), Analyzer(C.Analyzer), What(What), Known(P.Functions.size()) {}

const FunctionModel *CallFacts::modelOf(FuncId F, const Event &E) const {
  return S.ModelOf[P.calledEntity(F, E)];
}

const ContextOp *CallFacts::acquires(const FunctionModel *FM) const {
  if (!FM || FM->TheRole != FunctionModel::Role::Primitive || FM->Tries)
    return nullptr;
  for (const ContextOp &Op : FM->Ops)
    if (Op.Delta > 0 && Op.AmountArg < 0 && M.Contexts[Op.Context].Class == ContextClass::Lock)
      return &Op;
  return nullptr;
}

const WaitModel *CallFacts::waits(FuncId F, const Event &E) const {
  return WaitOf[P.calledEntity(F, E)];
}

const QueueingModel *CallFacts::queues(FuncId F, const Event &E) const {
  return QueueingOf[P.calledEntity(F, E)];
}

bool CallFacts::isSought(FuncId F, const Event &E, Sought What) const {
  if (What == Sought::Works)
    return waits(F, E) || queues(F, E);
  const FunctionModel *FM = modelOf(F, E);
  if (acquires(FM) || waits(F, E))
    return true;
  return What == Sought::Sleeps && FM &&
         (FM->TheRole == FunctionModel::Role::Sleep || FM->SleepsFirst);
}

// Functions from which a call can get to what is looked for at all.
void CallFacts::findLeads(const CallGraph &G) {
  std::vector<FuncId> Work[3];
  auto Add = [&](unsigned What, FuncId F) {
    if (!Leads[What].test(F)) {
      Leads[What].set(F);
      Work[What].push_back(F);
    }
  };
  for (BitVector &X : Leads)
    X.resize(P.Functions.size());
  for (FuncId F = 0; F != P.Functions.size(); ++F)
    for (const Event &E : P.function(F).Events) {
      if (E.Kind != EventKind::Call)
        continue;
      // What it is given may be such a function.
      const bool OfParam = P.function(F).Values[E.A].Kind == ValueKind::Param;
      for (unsigned What = 0; What != std::size(Leads); ++What)
        if (!Leads[What].test(F) && (OfParam || isSought(F, E, Sought(What))))
          Add(What, F);
    }
  for (unsigned What = 0; What != std::size(Leads); ++What)
    while (!Work[What].empty()) {
      const FuncId F = Work[What].back();
      Work[What].pop_back();
      G.forEachUser(F, [&](FuncId U) { Add(What, U); });
    }
}

const FunctionCalls &BlockingCalls::of(FuncId F) {
  if (Known[F])
    return *Known[F];
  auto Out = std::make_unique<FunctionCalls>();
  auto Use = [&](VId V) {
    if (S.Pool.node(V).Flags & VF_Param)
      S.Pool.rewrite(V, VF_Param, [&](VId X) {
        if (S.Pool.node(X).Kind == ValueKind::Param && S.Pool.node(X).A < 64)
          Out->Used |= 1ull << S.Pool.node(X).A;
        return X;
      });
  };
  const std::vector<CallState> &All = Analyzer.calls(F);
  SmallVector<TriedInstead, 4> Tried; // what is tried, and on which conditions
  for (const CallState &C : All)
    if (auto Class = Facts.tries(F, P.function(F).Events[C.Where]))
      for (const Pred &X : C.When)
        Tried.push_back({X.negated(), *Class});
  for (const CallState &C : All)
    noteTest(F, C, All, *Out);
  for (const TestCall &T : Out->Tests)
    llvm::for_each(T.Args, Use);
  for (const CallState &C : All) {
    const Event &E = P.function(F).Events[C.Where];
    if (P.function(F).Values[E.A].Kind == ValueKind::Func) {
      const FunctionModel *FM = Facts.modelOf(F, E);
      const FuncId T = P.directCallee(F, E);
      if (!Facts.isSought(F, E, What) &&
          ((FM && !(FM->HasBody && !Facts.isLockOp(FM))) || T == NoFunc || !leads(T)))
        continue;
    } else if (!C.Callee) {
      continue;
    }
    Use(C.Callee);
    llvm::for_each(C.Args, Use);
    for (const Pred &X : C.When) {
      Use(X.V);
      if (const VNode N = S.Pool.node(X.V); N.Kind == ValueKind::Param && N.A < 64)
        Out->Whole |= 1ull << N.A;
    }
    for (const KnownMember &X : C.Members) {
      Use(X.Value);
      if (const VNode N = S.Pool.node(C.Args[X.Argument]); N.Kind == ValueKind::Param && N.A < 64)
        Out->Used |= 1ull << N.A;
    }
    Out->States.emplace_back(C);
    noteLastReference(F, Out->States.back());
    for (const Pred &X : Out->States.back().When)
      for (const TriedInstead &T : Tried)
        if (T.When == X && (S.Pool.node(X.V).Flags & VF_Param))
          Out->States.back().Choices.push_back(T);
  }
  Known[F] = std::move(Out);
  return *Known[F];
}

// Whether other calls depend on the result of \p C, and that on what it is given.
void BlockingCalls::noteTest(FuncId F, const CallState &C, ArrayRef<CallState> All,
                             FunctionCalls &Out) const {
  const Event &E = P.function(F).Events[C.Where];
  const FuncId T = Facts.modelOf(F, E) ? NoFunc : P.directCallee(F, E);
  auto Matters = [&](const CallState &O) {
    return llvm::any_of(O.Results, [&](const auto &X) { return X.first == E.CallNo; });
  };
  auto Depends = [&](VId A) {
    return S.Pool.node(A).Kind == ValueKind::Const ||
           (S.Pool.node(A).Flags & (VF_Param | VF_Memory));
  };
  if (T == NoFunc || P.function(T).Blocks.size() > MaxTestBlocks ||
      !llvm::any_of(C.Args, Depends) || !llvm::any_of(All, Matters) ||
      llvm::any_of(Out.Tests, [&](const TestCall &O) { return O.CallNo == E.CallNo; }))
    return;
  Out.Tests.push_back({E.CallNo, T, SmallVector<VId, 4>(C.Args.begin(), C.Args.end())});
}

std::optional<uint64_t> CallFacts::tries(FuncId F, const Event &E) const {
  auto Tries = [&](FuncId G, const Event &X) -> std::optional<uint64_t> {
    const FunctionModel *FM = X.Kind == EventKind::Call ? modelOf(G, X) : nullptr;
    if (!FM || !FM->Tries || !isLockOp(FM))
      return std::nullopt;
    const ContextOp &Op = FM->Ops.front();
    if (P.ContextClass[Op.Context])
      return P.ContextClass[Op.Context];
    return Op.LockArg >= 0 && uint32_t(Op.LockArg) < X.ArgCount
               ? P.addressClass(G, P.function(G).Operands[X.ArgBegin + Op.LockArg])
               : 0;
  };
  if (auto Class = Tries(F, E))
    return Class;
  const FuncId T = P.directCallee(F, E);
  if (T != NoFunc)
    for (const Event &X : P.function(T).Events)
      if (auto Class = Tries(T, X))
        return Class;
  return std::nullopt;
}

void BlockingCalls::noteLastReference(FuncId F, BlockingCall &C) const {
  const Function &Fn = P.function(F);
  auto Base = [&](ValueId V) {
    while (Fn.Values[V].Kind == ValueKind::Field || Fn.Values[V].Kind == ValueKind::Index)
      V = Fn.Values[V].A;
    return V;
  };
  for (const Event &E : Fn.Events) {
    if (E.Kind != EventKind::Call)
      continue;
    const int Arg = is_contained(C.Results, std::pair(E.CallNo, true)) ? Facts.countOf(F, E)
                    : is_contained(C.Results, std::pair(E.CallNo, false))
                        ? Facts.countOf(F, E, true)
                        : -1;
    if (Arg < 0 || unsigned(Arg) >= E.ArgCount)
      continue;
    C.LastReference = true;
    const ValueId Object = Base(Fn.Operands[E.ArgBegin + Arg]);
    const Event &Now = Fn.Events[C.Where];
    for (uint32_t I = 0; I != Now.ArgCount; ++I)
      if (Object && Base(Fn.Operands[Now.ArgBegin + I]) == Object)
        C.Unreferenced.push_back(I);
  }
}

int CallFacts::countOf(FuncId F, const Event &E, bool Zero) const {
  const EntityId Ent = P.calledEntity(F, E);
  if (!Ent)
    return -1;
  if (const LastReferenceModel *Model = LastReferenceOf[Ent])
    return Model->Zero == Zero ? int(Model->Argument) : -1;
  const FuncId T = P.resolve(Ent, F);
  return T == NoFunc || Zero ? -1 : LastReference[T];
}

// Functions that return what a call that drops a reference returned.
void CallFacts::findLastReferences(const CallGraph &G) {
  LastReference.assign(P.Functions.size(), -1);
  for (FuncId F : G.Order) {
    const Function &Fn = P.function(F);
    int Arg = -1;
    for (const Event &E : Fn.Events) {
      if (E.Kind != EventKind::Return || Fn.Values[E.A].Kind != ValueKind::Call)
        continue;
      for (const Event &D : Fn.Events)
        if (D.Kind == EventKind::Call && D.CallNo == Fn.Values[E.A].A)
          if (int Count = countOf(F, D); Count >= 0 && unsigned(Count) < D.ArgCount) {
            ValueId V = Fn.Operands[D.ArgBegin + Count];
            while (Fn.Values[V].Kind == ValueKind::Field)
              V = Fn.Values[V].A;
            if (Fn.Values[V].Kind == ValueKind::Param)
              Arg = Fn.Values[V].A;
          }
    }
    LastReference[F] = Arg;
  }
}

bool CallFacts::isLockOp(const FunctionModel *FM) const {
  return llvm::any_of(FM->Ops, [&](const ContextOp &Op) {
    return Op.AmountArg < 0 && M.Contexts[Op.Context].Class == ContextClass::Lock;
  });
}

} // namespace gfpcheck
