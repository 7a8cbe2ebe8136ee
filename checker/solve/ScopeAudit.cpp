//===- ScopeAudit.cpp - Scopes that are not balanced ----------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What one function does wrong it tells itself (FunctionAnalyzer::scopes()). Here is what
// takes several: a token that is kept in an object, and who takes it from there.
//
//===----------------------------------------------------------------------===//

#include "ScopeAudit.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

using namespace llvm;

namespace gfpcheck {

namespace {

class Auditor {
public:
  Auditor(Solution &S, const WalkContext &C, ArrayRef<std::vector<LockedCall>> LockedCalls)
      : S(S), P(S.P), M(S.M), G(C.Graph), Analyzer(C.Analyzer), LockedCalls(LockedCalls),
        Threads(P.byEntity(M.Threads)), TaskFlags(P.memberKey("task_struct.flags")),
        LookedAt(C.LookedAt) {}

  void run() {
    for (FuncId F : G.Order) {
      if (!usesScopes(S, F, TaskFlags))
        continue;
      LookedAt.set(F);
      ++S.Caps.ScopeVisits;
      ScopeUse U = Analyzer.scopes(F, Sources);
      for (ContextId C : U.Returned)
        Sources.insert({F, C});
      Uses.emplace(F, std::move(U));
    }
    findThreads();
    for (const auto &[F, U] : Uses)
      for (const TakenToken &T : U.Taken) {
        Taken.insert(T.Member);
        if (!T.Begun)
          TakenBy[{T.Member, T.Context}].push_back({F, T.Where});
      }
    findOtherKinds();
    for (const auto &[F, U] : Uses) {
      for (const ScopeFault &X : U.Faults)
        if (!(EndsTask.contains(F) && (X.What == ScopeFault::Kind::LeftOpen || X.ByHand)) &&
            !Mistaken.contains(X.Member))
          S.ScopeFaults.push_back(X);
      for (const KeptToken &K : U.Kept)
        judge(F, K);
    }
    findLeaks();
  }

private:
  bool isScope(ContextId C) const { return M.Contexts[C].Class == ContextClass::Scope; }

  // Functions of threads: what is open when they return ends with the task.
  void findThreads() {
    for (FuncId F = 0; F != P.Functions.size(); ++F)
      for (const Event &E : P.function(F).Events) {
        const EntityId Called = P.calledEntity(F, E);
        const unsigned *Arg = Called ? Threads[Called] : nullptr;
        if (!Arg || *Arg >= E.ArgCount)
          continue;
        const Value &V = P.function(F).Values[P.function(F).Operands[E.ArgBegin + *Arg]];
        if (V.Kind == ValueKind::Func)
          if (const FuncId T = P.resolve(P.EntityMap[P.Functions[F].Unit][V.A], F); T != NoFunc)
            EndsTask.insert(T);
      }
  }

  // Whether F keeps the token in the handle of a transaction.
  bool isTransaction(FuncId F, const KeptToken &K) const {
    const FunctionModel *FM = S.ModelOf[P.Functions[F].Ent];
    if (K.Object != KeptToken::Of::Param)
      return false;
    if (FM && llvm::any_of(FM->Ops, [&](const ContextOp &Op) {
          return Op.Delta > 0 && Op.LockArg == int(K.Param) && M.Contexts[Op.Context].Handle;
        }))
      return true;
    const Function &Fn = P.function(F);
    if (K.Param >= Fn.Params.size())
      return false;
    auto It = M.Possession.find(P.Units[P.Functions[F].Unit].str(Fn.Params[K.Param].Type));
    return It != M.Possession.end() && M.Contexts[It->second].Handle;
  }

  // Whether C always holds a lock where it calls F.
  bool alwaysLocked(FuncId C, FuncId F) const {
    const Function &Fn = P.function(C);
    for (EventIdx E = 0; E != Fn.Events.size(); ++E)
      if (P.directCallee(C, Fn.Events[E]) == F &&
          llvm::none_of(LockedCalls[C], [&](const LockedCall &L) { return L.Where == E; }))
        return false;
    return true;
  }

  // Whether the object is the task's own, or locked, whoever calls F.
  bool callersTie(FuncId F, const KeptToken &K, unsigned Depth) const {
    if (K.Object == KeptToken::Of::Own || (Depth && K.Tied) || isTransaction(F, K))
      return true;
    if (K.Object != KeptToken::Of::Param || Depth > MaxCallers || G.callers(F).empty() ||
        !G.memberKeys(F).empty())
      return false;
    return llvm::all_of(G.callers(F), [&](FuncId C) {
      auto It = Uses.find(C);
      if (It == Uses.end())
        return false;
      bool Any = false;
      for (const KeptToken &O : It->second.Kept)
        if (P.directCallee(C, P.function(C).Events[O.Where]) == F && O.Context == K.Context) {
          Any = true;
          if (!callersTie(C, O, Depth + 1))
            return false;
        }
      return Any || alwaysLocked(C, F);
    });
  }

  void judge(FuncId F, const KeptToken &K) {
    if (K.Store == ~0u || !K.Open)
      return;
    ScopeFault X;
    X.Func = F;
    X.Where = K.Store;
    X.Begin = K.Where;
    X.Context = K.Context;
    X.Member = K.Member;
    X.Object = K.Name;
    X.Released = K.Released;
    if (!Taken.contains(K.Member)) {
      S.ScopeFaults.push_back(std::move(X));
      return;
    }
    auto It = TakenBy.find({K.Member, K.Context});
    if (K.TiedAfter || It == TakenBy.end() || callersTie(F, K, 0))
      return;
    X.What = ScopeFault::Kind::SharedToken;
    X.EndedBy = It->second.front().first;
    X.EndedAt = It->second.front().second;
    S.ScopeFaults.push_back(std::move(X));
  }

  // What is taken from a member in which only tokens of other kinds are kept.
  void findOtherKinds() {
    std::map<uint64_t, std::vector<ContextId>> KeptIn;
    for (const auto &[F, U] : Uses)
      for (const KeptToken &K : U.Kept)
        KeptIn[K.Member].push_back(K.Context);
    for (const auto &[Key, Takers] : TakenBy) {
      auto It = KeptIn.find(Key.first);
      if (It == KeptIn.end() || is_contained(It->second, Key.second))
        continue;
      Mistaken.insert(Key.first);
      for (auto [F, Where] : Takers) {
        ScopeFault X;
        X.What = ScopeFault::Kind::OtherKind;
        X.Func = F;
        X.Where = Where;
        X.Context = Key.second;
        X.Other = It->second.front();
        X.Member = Key.first;
        S.ScopeFaults.push_back(std::move(X));
      }
    }
  }

  // Work items that leave the task, which goes on with another, in a scope.
  void findLeaks() {
    DenseSet<FuncId> Works;
    for (const Root &R : P.Roots)
      if (R.Callback->Context == NoContext)
        Works.insert(R.Func);
    for (const auto &[F, U] : Uses) {
      if (EndsTask.contains(F) || !Works.contains(F))
        continue;
      for (const OpenScope &O : U.Open) {
        if (O.Member) // judge() has said so
          continue;
        ScopeFault X;
        X.What = ScopeFault::Kind::Leaks;
        X.Func = F;
        X.Where = X.Begin = O.Where;
        X.Context = O.Context;
        X.ByHand = true;
        S.ScopeFaults.push_back(std::move(X));
      }
      leavesOpen(F, ScopeFault::Kind::Leaks);
    }
    DenseSet<FuncId> FromUser;
    for (const auto &[Key, Targets] : P.Targets)
      if (is_contained(M.UserRecords, P.name(NameId(Key >> 32))))
        FromUser.insert(Targets.begin(), Targets.end());
    for (const auto &[F, U] : Uses)
      if (FromUser.contains(F) || llvm::any_of(M.UserPrefixes, [&, F = F](StringRef Prefix) {
            return P.functionName(F).starts_with(Prefix);
          }))
        leavesOpen(F, ScopeFault::Kind::ToUser);
  }

  // A scope that is open when F returns, although somebody has its token: a caller, a new object,
  // or whoever takes a lock. Nobody who is still there ends it. Bits that are set by hand may be
  // meant to stay (PR_SET_IO_FLUSHER).
  void leavesOpen(FuncId F, ScopeFault::Kind What) {
    SmallVector<ContextId, 2> Seen;
    const auto &Outcomes = S.Effects[F].Outcomes;
    for (const Outcome &O : Outcomes)
      for (const HeldContext &H : O.Begun) {
        if (!isScope(H.Context) || !H.Sure || is_contained(Seen, H.Context))
          continue;
        Seen.push_back(H.Context);
        ScopeFault X;
        X.What = What;
        X.Func = F;
        X.Where = X.Begin = H.Where;
        X.Context = H.Context;
        X.Sometimes = !llvm::all_of(Outcomes, [&](const Outcome &Other) {
          return llvm::any_of(Other.Begun,
                              [&](const HeldContext &B) { return B.Context == H.Context; });
        });
        if (beginning(X))
          S.ScopeFaults.push_back(std::move(X));
      }
  }

  // Follows X to where its scope begins; false: by hand, or something else is wrong on the way.
  bool beginning(ScopeFault &X) const {
    FuncId F = X.Func;
    EventIdx Where = X.Begin;
    for (unsigned Depth = 0; Depth != MaxDepth; ++Depth) {
      if (llvm::any_of(S.ScopeFaults, [&, F = F](const ScopeFault &Y) {
            return Y.Func == F && Y.Context == X.Context && Y.Begin == Where;
          }))
        return false;
      const Function &Fn = P.function(F);
      if (Where >= Fn.Events.size() || Fn.Events[Where].Kind != EventKind::Call)
        return false;
      const EntityId Called = P.calledEntity(F, Fn.Events[Where]);
      if (Called && S.ModelOf[Called] &&
          S.ModelOf[Called]->TheRole == FunctionModel::Role::Primitive)
        return true;
      const FuncId Next = Called ? P.resolve(Called, F) : NoFunc;
      if (Next == NoFunc)
        return false;
      const HeldContext *Begun = nullptr;
      for (const Outcome &O : S.Effects[Next].Outcomes)
        for (const HeldContext &H : O.Begun)
          if (H.Context == X.Context && !Begun)
            Begun = &H;
      if (!Begun)
        return false;
      F = Next;
      Where = Begun->Where;
      X.Way.push_back({F, Where});
    }
    return false;
  }

  static constexpr unsigned MaxCallers = 4; // calls between a token and its object
  static constexpr unsigned MaxDepth = 16;  // calls to where a scope begins

  Solution &S;
  const Program &P;
  const Model &M;
  const CallGraph &G;
  FunctionAnalyzer &Analyzer;
  ArrayRef<std::vector<LockedCall>> LockedCalls; // by FuncId
  const std::vector<const unsigned *> Threads;
  const uint64_t TaskFlags; // Member::key()
  BitVector &LookedAt;
  TokenSources Sources;
  std::map<FuncId, ScopeUse> Uses;
  std::map<std::pair<uint64_t, ContextId>, std::vector<std::pair<FuncId, EventIdx>>> TakenBy;
  DenseSet<FuncId> EndsTask;
  DenseSet<uint64_t> Taken;    ///< members from which a token is taken
  DenseSet<uint64_t> Mistaken; ///< members from which a token is taken for one of another kind
};

} // namespace

bool usesScopes(const Solution &S, FuncId F, uint64_t TaskFlags) {
  const Program &P = S.P;
  auto IsScope = [&](ContextId C) { return S.M.Contexts[C].Class == ContextClass::Scope; };
  const Function &Fn = P.function(F);
  const uint32_t Unit = P.Functions[F].Unit;
  return llvm::any_of(Fn.Events, [&](const Event &E) {
    if (E.Kind == EventKind::Store) {
      const Value &A = Fn.Values[E.A];
      return A.Kind == ValueKind::Field &&
             Member{P.NameMap[Unit][A.B], P.NameMap[Unit][A.C]}.key() == TaskFlags;
    }
    const EntityId Called = P.calledEntity(F, E);
    if (!Called)
      return false;
    if (const FunctionModel *FM = S.ModelOf[Called])
      if (llvm::any_of(FM->Ops, [&](const ContextOp &Op) {
            return Op.ByTaskFlag || (Op.AmountArg < 0 && IsScope(Op.Context));
          }))
        return true;
    const FuncId Callee = P.resolve(Called, F);
    return Callee != NoFunc && llvm::any_of(S.Effects[Callee].Outcomes, [&](const Outcome &O) {
             auto Scope = [&](const HeldContext &H) { return IsScope(H.Context); };
             return llvm::any_of(O.Begun, Scope) || llvm::any_of(O.Ended, Scope);
           });
  });
}

void auditScopes(Solution &S, const WalkContext &C, ArrayRef<std::vector<LockedCall>> LockedCalls) {
  Auditor(S, C, LockedCalls).run();
}

} // namespace gfpcheck
