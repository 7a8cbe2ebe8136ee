//===- CallWalk.cpp - Calls top-down, with what is known ------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CallWalk.h"
#include "PathState.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

constexpr size_t MaxContexts = 4;  // argument lists of a function, per provider
constexpr size_t FewTargets = 8;   // an indirect call across providers with more is none
constexpr unsigned CrossCost = 20; // of a call into another provider, in calls
constexpr unsigned GuessCost = 20; // of one through a table with many of one provider's
constexpr unsigned ChoiceCost = 6; // of a flag that may have a lock tried on the way
constexpr unsigned LastReferenceCost = 8;
constexpr unsigned ConditionCost = 3; // of a condition of a provider's code
constexpr unsigned ForeignCost = 2;   // and more of one that another provider tests
// What of that would have to be so: beyond, a call is not followed.
constexpr unsigned MaxForeign = 8, MaxLastReferences = 2;
constexpr size_t GuessTargets = 4;

CallWalk::CallWalk(Solution &S, const WalkContext &C, Sought What)
    : S(S), P(S.P), M(S.M), Calls(S, C, What), LookedAt(C.LookedAt), Analyzer(C.Analyzer) {
  for (const UnreferencedModel &U : M.Unreferenced) {
    if (StringRef(U.Function).contains('.'))
      UnreferencedBy[P.memberKey(U.Function)] = U.Argument;
    else
      for (FuncId F : functionsCalled(U.Function))
        UnreferencedIn[F] = U.Argument;
  }
  for (const std::string &Name : M.BackPointers)
    BackPointers.insert(P.memberKey(Name));
  for (const auto &Entry : M.Callbacks) {
    const ContextId C = Entry.second.Context;
    if (C != NoContext && (M.Contexts[C].Class == ContextClass::Atomic || M.Contexts[C].Interrupt))
      Interrupts.insert(P.memberKey(Entry.first()));
  }
}

void CallWalk::addLockClass(uint64_t Class) {
  LockClasses.insert(Class);
  LockClasses.insert(plainClass(Class)); // as addresses are known by
}

void CallWalk::run(uint32_t MaxCost, size_t MaxVisits) {
  while (!Queue.empty() && Visits.size() < MaxVisits) {
    const auto [Cost, Index] = Queue.top();
    Queue.pop();
    if (Cost.first > MaxCost)
      break;
    visit(Index);
  }
}

void CallWalk::reset() {
  Visits.clear();
  Seen.clear();
  Contexts.clear();
  Queue = {};
}

CallWalk::Visit CallWalk::start(FuncId F, StringRef Entry) const {
  Visit V;
  V.Func = F;
  V.Entry = Entry;
  V.Args.assign(P.function(F).Params.size(), 0);
  return V;
}

SmallVector<FuncId, 1> CallWalk::functionsCalled(StringRef Name) const {
  SmallVector<FuncId, 1> Out;
  if (NameId Id = P.findName(Name))
    for (FuncId F = 0; F != P.Functions.size(); ++F)
      if (P.Entities[P.Functions[F].Ent].Name == Id)
        Out.push_back(F);
  return Out;
}

// Whether the results that a call depends on can be, given what is known in this visit.
bool CallWalk::resultsPossible(const BlockingCall &C, const Visit &V) {
  for (auto [CallNo, Nonzero] : C.Results)
    for (const TestCall &T : Calls.of(V.Func).Tests) {
      if (T.CallNo != CallNo)
        continue;
      SmallVector<VId, 4> Args;
      for (VId A : T.Args) {
        const VId Here = here(A, V);
        Args.push_back(S.Pool.node(Here).Kind == ValueKind::Const ? Here : 0);
      }
      if (llvm::none_of(Args, [](VId A) { return A != 0; }))
        continue;
      auto [It, New] = Returns.try_emplace(hash_combine(T.Callee, hash_combine_range(Args)), 0);
      LookedAt.set(T.Callee);
      if (New)
        It->second = Analyzer.returns(T.Callee, Args);
      if (!(It->second & (Nonzero ? RC_Negative | RC_Positive : RC_Zero)))
        return false;
    }
  return true;
}

void CallWalk::add(Visit V) {
  LookedAt.set(V.Func);
  if (!Calls.leads(V.Func) || (P.function(V.Func).Flags & FF_Init) ||
      (V.Parent != ~0u && excludes(V.Func)))
    return;
  if (!V.Provider)
    V.Provider = P.provider(V.Func);
  if (auto It = UnreferencedIn.find(V.Func);
      It != UnreferencedIn.end() && It->second < V.Args.size())
    V.Args[It->second] = S.Unreferenced;
  const uint64_t Used = Calls.of(V.Func).Used;
  for (size_t I = 0; I != V.Args.size(); ++I)
    if (V.Args[I] != S.Unreferenced && (I >= 64 || !(Used >> I & 1)))
      V.Args[I] = 0;
  if (Seen.contains(key(V)))
    return;
  Queue.push({{V.Cost, uint32_t(Visits.size())}, uint32_t(Visits.size())});
  Visits.push_back(std::move(V));
}

uint64_t CallWalk::key(const Visit &V) {
  uint64_t Members = 0;
  for (const KnownMember &X : V.Members)
    Members = hash_combine(Members, X.Argument, X.Record, X.Field, X.Value);
  return hash_combine(V.Func, V.Provider, V.Flagged, V.Atomic, hash_combine_range(V.Args),
                      Members) >>
         2;
}

void CallWalk::visit(uint32_t Index) {
  if (!Seen.insert(key(Visits[Index])).second)
    return;
  // Too many to tell apart: once, for all the others.
  if ((llvm::any_of(Visits[Index].Args, [](VId A) { return A != 0; }) ||
       !Visits[Index].Members.empty()) &&
      ++Contexts[{Visits[Index].Func, Visits[Index].Provider}] > MaxContexts) {
    for (VId &A : Visits[Index].Args)
      if (A != S.Unreferenced)
        A = 0;
    Visits[Index].Members.clear();
    if (!Seen.insert(key(Visits[Index])).second)
      return;
  }
  visited(Index);
  const Visit V = Visits[Index];
  for (const BlockingCall &C : Calls.of(V.Func).States)
    call(Index, V, C);
}

// \p X, of the visited function, as it is in this visit.
VId CallWalk::here(VId X, const Visit &V) {
  if (S.Pool.node(X).Flags & VF_Memory)
    X = S.Pool.rewrite(X, VF_Memory, [&](VId L) {
      const VNode N = S.Pool.node(L);
      if (N.Kind != ValueKind::Load || S.Pool.node(N.A).Kind != ValueKind::Field)
        return L;
      const VNode A = S.Pool.node(N.A);
      const uint64_t Key = Member{A.B, A.C}.key();
      const VId Known = holds(Key);
      return Known ? Known : fromCaller(V, A, L);
    });
  if (S.Pool.node(X).Flags & VF_Param)
    X = S.Pool.subst(X, V.Args);
  // What a part of an object that nobody else has points back to is that object.
  if ((S.Pool.node(X).Flags & VF_Memory) &&
      llvm::any_of(V.Args, [&](VId A) { return A && base(A) == S.Unreferenced; }))
    X = S.Pool.rewrite(X, VF_Memory, [&](VId L) {
      const VNode N = S.Pool.node(L);
      const VNode A = S.Pool.node(N.A);
      return N.Kind == ValueKind::Load && A.Kind == ValueKind::Field &&
                     BackPointers.contains(Member{A.B, A.C}.key()) && base(A.A) == S.Unreferenced
                 ? S.Unreferenced
                 : L;
    });
  return X;
}

// \p Loaded, from the address \p A, where the caller knows what is there.
VId CallWalk::fromCaller(const Visit &V, const VNode &A, VId Loaded) {
  const VNode Base = S.Pool.node(A.A);
  if (Base.Kind == ValueKind::Param)
    if (auto Known = member(V, Base.A, A.B, A.C); Known && *Known)
      return *Known;
  return Loaded;
}

// What a member of the record that a parameter points to is known to hold.
std::optional<VId> CallWalk::member(const Visit &V, uint32_t Param, NameId Record, NameId Field) {
  bool RestZero = false;
  for (const KnownMember &X : V.Members) {
    if (X.Argument != Param)
      continue;
    if (X.Record == Record && X.Field == Field)
      return X.Value;
    RestZero |= !X.Record;
  }
  return RestZero ? std::optional<VId>(S.Pool.constant(0)) : std::nullopt;
}

// Whether the call is made in this visit. \p Tried: locks that are tried instead if what
// is not known is otherwise.
Truth CallWalk::possible(const BlockingCall &C, const Visit &V, SmallVectorImpl<uint64_t> &Tried) {
  Truth Out = C.Lost ? Truth::Unknown : Truth::True;
  SmallVector<Pred, 4> Left;
  auto AddTried = [&](const Pred &X) {
    for (const TriedInstead &T : C.Choices)
      if (T.When == X && !is_contained(Tried, T.Class))
        Tried.push_back(T.Class);
  };
  for (const Pred &X : C.When) {
    Pred Y = X;
    Y.V = here(X.V, V);
    Left.clear();
    const Truth T = simplifyPred(S.Pool, Y, Left);
    if (T == Truth::False)
      return T;
    if (T == Truth::True)
      continue;
    if (Left.empty()) { // of something that is not known
      Out = Truth::Unknown;
      AddTried(X);
    }
    for (const Pred &Z : Left) {
      const Truth Known = decides(Z, V);
      if (Known == Truth::False)
        return Known;
      if (Known != Truth::Unknown)
        continue;
      Out = Truth::Unknown;
      AddTried(X);
    }
  }
  return Out;
}

void CallWalk::call(uint32_t Index, const Visit &V, const BlockingCall &C) {
  Visit Next;
  Next.Tried = V.Tried;
  const Truth T = possible(C, V, Next.Tried);
  if (T == Truth::False || !resultsPossible(C, V))
    return;
  const Event &E = P.function(V.Func).Events[C.Where];
  Next.Provider = V.Provider;
  Next.Parent = Index;
  Next.Where = C.Where;
  // Reclaim's own conditions are for it to meet; those of whom it calls add up.
  Next.Conditions = V.Conditions + (T == Truth::Unknown && (V.Provider || countsCore()));
  Next.Cost = V.Cost + 1;
  if (T == Truth::Unknown)
    Next.Cost += V.Provider ? ConditionCost : 1;
  Next.Foreign = V.Foreign;
  if (T == Truth::Unknown && V.Provider && P.provider(V.Func) != V.Provider) {
    ++Next.Foreign;
    Next.Cost += ForeignCost;
  }
  Next.LastReferences = V.LastReferences + C.LastReference;
  Next.Cost += C.LastReference ? LastReferenceCost : 0;
  Next.Cost += ChoiceCost * (Next.Tried.size() - V.Tried.size());
  Next.Guess = V.Guess;
  Next.Crosses = V.Crosses;
  Next.Flagged = V.Flagged;
  Next.Atomic = followsAtomic() && (V.Atomic || !C.Atomic.empty());
  Next.Entry = V.Entry;
  if (Next.Foreign > MaxForeign || Next.LastReferences > MaxLastReferences) {
    ++S.Caps.ReclaimFar;
    return;
  }
  const FunctionModel *FM = Calls.Facts.modelOf(V.Func, E);
  if (reaches(Next, V, C, FM))
    return;
  if (P.function(V.Func).Values[E.A].Kind == ValueKind::Func) {
    follow(Next, V, C, P.directCallee(V.Func, E));
    return;
  }
  Next.Indirect = true;
  const VId Fn = here(C.Callee, V);
  const VNode N = S.Pool.node(Fn);
  if (N.Kind == ValueKind::Func) {
    follow(Next, V, C, P.resolve(N.A, V.Func));
    return;
  }
  const CalleeSet Set = indirectCallees(P, M, S.Pool, Fn);
  const uint64_t Key = memberKey(Fn);
  if (Set.Deferred || Interrupts.contains(Key) || skipsMember(Key))
    return;
  table(Next, V, C, Set.Funcs, Key);
}

uint64_t CallWalk::memberKey(VId Fn) const {
  const VNode N = S.Pool.node(Fn);
  if (N.Kind != ValueKind::Load || S.Pool.node(N.A).Kind != ValueKind::Field)
    return 0;
  return Member{S.Pool.node(N.A).B, S.Pool.node(N.A).C}.key();
}

// A call through a table: to the functions of the provider on whose behalf this runs, or
// of the one whose code it is; from the core, on nobody's behalf, to each provider's on
// its own; into others' only where they are few.
void CallWalk::table(Visit Next, const Visit &V, const BlockingCall &C, ArrayRef<FuncId> Targets,
                     uint64_t Key) {
  SmallVector<FuncId, 8> Own;
  for (NameId Provider : {V.Provider, P.provider(V.Func)}) {
    if (!Provider)
      continue;
    llvm::copy_if(Targets, std::back_inserter(Own),
                  [&](FuncId T) { return P.provider(T) == Provider; });
    if (!Own.empty())
      break;
    // Has such a table, but nothing in this member.
    if (Key && P.name(Provider).starts_with("fs/") &&
        P.ProviderTables.contains({Provider, NameId(Key >> 32)}))
      return;
  }
  if (isCoreOnly(Key)) {
    if (V.Provider)
      return;
    llvm::copy_if(Targets, std::back_inserter(Own), [&](FuncId T) { return !P.provider(T); });
    if (Own.empty())
      return;
  }
  if (Own.empty()) {
    if (V.Provider) {
      if (Targets.size() > FewTargets)
        return;
      if (llvm::any_of(Targets, [&](FuncId T) { return P.provider(T) != 0; })) {
        // What a library that others use, too, calls back is of one of these others.
        Next.Crosses |= Targets.size() > 1 || P.provider(V.Func) != V.Provider;
        Next.Cost += CrossCost;
      }
    }
    Own.append(Targets.begin(), Targets.end());
  }
  Next.Targets = std::min<size_t>(Own.size(), 0xffff);
  Next.Cost += Own.size() > 1;
  DenseMap<NameId, unsigned> Rivals;
  for (FuncId T : Own)
    ++Rivals[P.provider(T)];
  auto Unreferenced = UnreferencedBy.find(Key);
  for (FuncId T : Own) {
    Visit There = Next;
    // Of what kind the object is whose last reference went is not known in the core.
    const bool AnyKind = !V.Provider && Next.LastReferences && Own.size() > GuessTargets;
    if (AnyKind || Rivals[P.provider(T)] > GuessTargets) {
      There.Guess = true;
      There.Cost += GuessCost;
    }
    follow(There, V, C, T, Unreferenced == UnreferencedBy.end() ? -1 : int(Unreferenced->second));
  }
}

void CallWalk::follow(Visit Next, const Visit &V, const BlockingCall &C, FuncId T,
                      int Unreferenced) {
  if (T != NoFunc)
    LookedAt.set(T);
  if (T == NoFunc || !Calls.leads(T) || (!followsAtomic() && !canSleep(T, C.Atomic)))
    return;
  Next.Func = T;
  const Function &F = P.function(T);
  const uint64_t Used = Calls.of(T).Used;
  Next.Args.assign(F.Params.size(), 0);
  for (size_t I = 0; I != std::min(F.Params.size(), C.Args.size()); ++I)
    if (I < 64 && (Used >> I & 1))
      Next.Args[I] = telling(here(C.Args[I], V));
  const uint64_t Whole = Calls.of(T).Whole;
  for (size_t I = 0; I != std::min<size_t>(Next.Args.size(), 64); ++I)
    if (!Next.Args[I] && (C.NonNull & Whole) >> I & 1)
      Next.Args[I] = S.AnyObject;
  for (const KnownMember &X : C.Members)
    if (X.Argument < 64 && (Used >> X.Argument & 1))
      Next.Members.push_back({X.Argument, X.Record, X.Field, telling(here(X.Value, V))});
  // A pointer passed on.
  for (uint32_t I = 0; I != std::min(F.Params.size(), C.Args.size()); ++I)
    if (const VNode N = S.Pool.node(C.Args[I]);
        N.Kind == ValueKind::Param && I < 64 && (Used >> I & 1))
      for (const KnownMember &X : V.Members)
        if (X.Argument == N.A && llvm::none_of(C.Members, [&](const KnownMember &O) {
              return O.Argument == I && O.Record == X.Record && O.Field == X.Field;
            }))
          Next.Members.push_back({I, X.Record, X.Field, X.Value});
  llvm::sort(Next.Members);
  if (Unreferenced >= 0 && size_t(Unreferenced) < Next.Args.size())
    Next.Args[Unreferenced] = S.Unreferenced;
  for (uint32_t I : C.Unreferenced)
    if (I < Next.Args.size())
      Next.Args[I] = S.Unreferenced;
  add(std::move(Next));
}

// Whether \p T, called in these contexts, gets to sleep: only if it ends them first.
bool CallWalk::canSleep(FuncId T, ArrayRef<ContextId> Atomic) const {
  if (Atomic.empty())
    return true;
  return llvm::any_of(S.Effects[T].Atoms, [&](const Atom &A) {
    if (A.Kind != AtomKind::Sleep || !A.Inside.empty())
      return false;
    SmallVector<ContextId, 2> Ended;
    for (const HeldContext &H : A.Ended)
      Ended.push_back(H.Context);
    llvm::sort(Ended);
    return std::includes(Ended.begin(), Ended.end(), Atomic.begin(), Atomic.end());
  });
}

// What of an argument is worth telling visits apart by.
VId CallWalk::telling(VId X) {
  const VNode N = S.Pool.node(X);
  switch (N.Kind) {
  case ValueKind::Const:
  case ValueKind::Func:
    return X;
  case ValueKind::Global:
    return X == S.Unreferenced || LockClasses.contains(lockClass(S.Pool, P, X)) ? X : 0;
  case ValueKind::Field:
    if (base(X) == S.Unreferenced)
      return X;
    return LockClasses.contains(lockClass(S.Pool, P, X))
               ? S.Pool.make(ValueKind::Field, S.AnyObject, N.B, N.C)
               : 0;
  case ValueKind::And: // flags of which some are known not to be set, or to be
  case ValueKind::Or:
    return N.A == S.AnyObject ? X : 0;
  case ValueKind::Container:
    return base(X) == S.Unreferenced ? X : 0;
  default:
    return 0;
  }
}

// What an address lies in.
VId CallWalk::base(VId X) const {
  for (;;) {
    const VNode &N = S.Pool.node(X);
    if (N.Kind != ValueKind::Field && N.Kind != ValueKind::Index && N.Kind != ValueKind::Container)
      return X;
    X = N.A;
  }
}

BlockingWay CallWalk::weigh(const Visit &At) {
  BlockingWay Out;
  Out.Conditions = At.Conditions;
  Out.LastReferences = At.LastReferences;
  Out.Unsure = At.Guess || At.Crosses || !At.Tried.empty();
  return Out;
}

void CallWalk::describe(BlockingWay &B, const Visit &At, const Visit &V) const {
  const BlockingWay Weight = weigh(At);
  B.Conditions = Weight.Conditions;
  B.LastReferences = Weight.LastReferences;
  B.Unsure = Weight.Unsure;
  B.Way = way(At, V);
}

// The calls that lead to the lock that \p At, in \p V, takes.
std::vector<CallHop> CallWalk::way(const Visit &At, const Visit &V) const {
  std::vector<CallHop> Out{{V.Func, At.Where, NoFunc, false, 1}};
  for (uint32_t I = At.Parent; Visits[I].Parent != ~0u; I = Visits[I].Parent)
    Out.push_back({Visits[Visits[I].Parent].Func, Visits[I].Where, Visits[I].Func,
                   Visits[I].Indirect, Visits[I].Targets});
  std::reverse(Out.begin(), Out.end());
  return Out;
}

bool CallWalk::throughTable(const Visit &At) const {
  for (uint32_t I = At.Parent; I != ~0u; I = Visits[I].Parent)
    if (Visits[I].Indirect)
      return true;
  return false;
}

uint64_t CallWalk::classHere(const Visit &V, const BlockingCall &C, int Arg, int SubclassArg,
                             ContextId Context) {
  const VId Subclass =
      SubclassArg < 0 || size_t(SubclassArg) >= C.Args.size() ? 0 : here(C.Args[SubclassArg], V);
  return lockClass(S.Pool, P, {Context, true, here(C.Args[Arg], V), C.Where, Subclass});
}

} // namespace gfpcheck
