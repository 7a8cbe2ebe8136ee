//===- Waits.cpp - What is allocated before a wait ends --------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Waits.h"
#include "gfpcheck/link/Operands.h"
#include "gfpcheck/link/Skeleton.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr unsigned MaxHelpers = 3;   // calls between an allocation and the signal after it
constexpr size_t MaxCallers = 8;     // of such a helper
constexpr size_t MaxSignallers = 16; // of one class

class WaitEdges {
public:
  WaitEdges(Solution &S, const CallGraph &G) : S(S), P(S.P), M(S.M), G(G) {}

  void addWorkItems() {
    auto Item = llvm::find_if(M.Waits, [](const auto &X) { return X.second.Item; });
    if (Item == M.Waits.end())
      return;
    for (const WorkItem &W : P.WorkItems)
      for (const Atom &A : S.Effects[W.Func].Atoms)
        if (counts(A)) {
          LockedReclaim X = edge(W.Func, A, W.Class, Item->second.Context, AtEntry);
          X.Work = &W;
          S.Locked.push_back(std::move(X));
        }
  }

  void addSignals() {
    for (const auto &[Key, Sites] : findSignals(P, M)) {
      if (Sites.size() > MaxSignallers)
        continue;
      for (AtomKind K : ReclaimLevels) {
        std::vector<LockedReclaim> Edges;
        if (llvm::all_of(Sites, [&, Class = Key.first, C = Key.second](const Site &X) {
              return findBefore(X, K, Class, C, 0, Edges);
            }))
          S.Locked.insert(S.Locked.end(), Edges.begin(), Edges.end());
      }
    }
  }

  // Functions that must have returned before the wait ends.
  void addMembers() {
    for (const auto &Entry : M.Signals) {
      if (!Entry.first().contains('.'))
        continue;
      const ContextId C = Entry.second.Context;
      for (FuncId F : P.targets(P.memberKey(Entry.first())))
        for (const Atom &A : S.Effects[F].Atoms)
          if (counts(A))
            S.Locked.push_back(edge(F, A, P.ContextClass[C], C, AtEntry));
    }
  }

private:
  using Site = SignalSite;

  // Whether an atom is an allocation that no caller decides about.
  bool counts(const Atom &A) const {
    return isReclaimLevel(A.Kind) && A.Inside.empty() && llvm::none_of(A.When, [&](const Pred &X) {
             const uint8_t Flags = S.Pool.node(X.V).Flags;
             return X.Mask != ~0ull && (Flags & VF_Param) && !(Flags & VF_Memory);
           });
  }

  LockedReclaim edge(FuncId F, const Atom &A, uint64_t Class, ContextId Context,
                     EventIdx Where) const {
    LockedReclaim X;
    X.Func = F;
    X.Held.Context = Context;
    X.Held.Where = Where;
    X.Class = Class;
    X.Chain = A;
    X.Chain.Conditions += !A.When.empty();
    for (const Pred &Y : A.When)
      if (S.isGfpMember(S.Pool, Y.V))
        X.Memory.push_back(Y);
    return X;
  }

  // The surest allocation that is made before \p To, in its function or in each of that
  // one's callers.
  bool findBefore(Site To, AtomKind K, uint64_t Class, ContextId Context, unsigned Depth,
                  std::vector<LockedReclaim> &Out) const {
    const auto [F, Where] = To;
    const Atom *Best = nullptr;
    auto Worth = [](const Atom &A) { return std::tuple(A.How, A.Conditions, A.Depth); };
    for (const Atom &A : S.Effects[F].Atoms)
      if (A.Kind == K && counts(A) && (!Best || Worth(A) < Worth(*Best)) &&
          precedes(F, A.Where, Where))
        Best = &A;
    if (Best) {
      Out.push_back(edge(F, *Best, Class, Context, Where));
      return true;
    }
    if (Depth == MaxHelpers || !G.memberKeys(F).empty() || G.callers(F).empty() ||
        G.callers(F).size() > MaxCallers)
      return false;
    // Who is handed the function may call it later, when it likes.
    auto Calls = [&](FuncId Caller, EventIdx E) {
      return P.directCallee(Caller, P.function(Caller).Events[E]) == F;
    };
    for (FuncId Caller : G.callers(F))
      for (const CallSite &C : G.Sites[Caller])
        if (C.Callee == F && !(Calls(Caller, C.Where) &&
                               findBefore({Caller, C.Where}, K, Class, Context, Depth + 1, Out)))
          return false;
    return true;
  }

  // Whether event \p A can happen before event \p B.
  bool precedes(FuncId F, EventIdx A, EventIdx B) const {
    const Function &Body = P.function(F);
    const uint32_t From = blockOf(Body, A), To = blockOf(Body, B);
    if (From == Body.Blocks.size() || To == Body.Blocks.size())
      return false;
    if (From == To)
      return A < B;
    // Once round a loop is another time.
    BitVector Seen(Body.Blocks.size());
    SmallVector<uint32_t, 16> Work{From};
    while (!Work.empty()) {
      for (const Edge &E : edgesOf(Body, Body.Blocks[Work.pop_back_val()])) {
        if (E.BackEdge || Seen.test(E.Target))
          continue;
        if (E.Target == To)
          return true;
        Seen.set(E.Target);
        Work.push_back(E.Target);
      }
    }
    return false;
  }

  Solution &S;
  const Program &P;
  const Model &M;
  const CallGraph &G;
};

} // namespace

SignalMap findSignals(const Program &P, const Model &M) {
  const std::vector<const SignalModel *> SignalOf = P.byEntity(M.Signals);
  SignalMap Out;
  for (FuncId F = 0; F != P.Functions.size(); ++F) {
    const Function &Body = P.function(F);
    for (EventIdx I = 0; I != Body.Events.size(); ++I) {
      const Event &E = Body.Events[I];
      if (const SignalModel *Signal = SignalOf[P.calledEntity(F, E)])
        if (const uint64_t Class = P.addressClass(F, argument(Body, E, Signal->Argument)))
          Out[{Class, Signal->Context}].push_back({F, I});
    }
  }
  return Out;
}

void addWaits(Solution &S, const CallGraph &G) {
  WaitEdges W(S, G);
  W.addWorkItems();
  W.addSignals();
  W.addMembers();
}

} // namespace gfpcheck
