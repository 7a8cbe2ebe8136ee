//===- ReclaimGraph.cpp - What reclaim can call and block on --------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reclaim's half of the lock graph. From the functions in which reclaim begins, over the
// calls that it can make at one level: with a mask whose bits are those of the level, so
// that "if (!(sc->gfp_mask & __GFP_FS)) return" says itself what is reached. A function is
// visited once for each provider on whose behalf it runs and for the few arguments that
// tell: constants, functions, locks, objects to which no reference is left.
//
// The cheapest way to each lock is its witness: few calls, few conditions.
//
//===----------------------------------------------------------------------===//

#include "ReclaimGraph.h"
#include "BlockingCalls.h"
#include "PathState.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/TimeProfiler.h"
#include <map>
#include <queue>

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr size_t MaxContexts = 4;  // argument lists of a function, per provider
constexpr size_t FewTargets = 8;   // an indirect call across providers with more is none
constexpr unsigned CrossCost = 20; // of a call into another provider, in calls
constexpr unsigned GuessCost = 20; // of one through a table with many of one provider's
constexpr unsigned ChoiceCost = 6; // of a flag that may have a lock tried on the way
constexpr unsigned LastReferenceCost = 8;
constexpr unsigned ConditionCost = 3; // of a condition of whom reclaim calls
constexpr unsigned ForeignCost = 2;   // and more of one that another provider tests
// What of that would have to be so: beyond, a call is not followed.
constexpr unsigned MaxForeign = 8, MaxLastReferences = 2;
// How far locks are looked for that are taken while another is held.
constexpr size_t MaxOrderVisits = 2000;
constexpr unsigned MaxOrderCost = 16;
constexpr size_t GuessTargets = 4;

class Walker {
public:
  Walker(Solution &S, const CallGraph &G, FunctionAnalyzer &Analyzer)
      : S(S), P(S.P), M(S.M), Analyzer(Analyzer), Calls(S, G, Analyzer),
        Reached(P.Functions.size()), Entries(P.Functions.size()) {
    for (const std::string &Name : M.LevelMembers)
      LevelKeys.insert(P.memberKey(Name));
    for (const std::string &Name : M.CoreMembers)
      CoreKeys.insert(P.memberKey(Name));
    for (const auto &Entry : M.ReclaimFacts) {
      int64_t Value = 0;
      if (auto It = P.Constants.find(Entry.second); It != P.Constants.end())
        Facts[P.memberKey(Entry.first())] = It->second;
      else if (!StringRef(Entry.second).getAsInteger(0, Value))
        Facts[P.memberKey(Entry.first())] = Value;
    }
    for (const UnreferencedModel &U : M.Unreferenced) {
      if (StringRef(U.Function).contains('.'))
        UnreferencedBy[P.memberKey(U.Function)] = U.Argument;
      else
        for (FuncId F : functionsCalled(U.Function))
          UnreferencedIn[F] = U.Argument;
    }
    for (const auto &Entry : M.Callbacks) {
      const ContextId C = Entry.second.Context;
      if (C != NoContext &&
          (M.Contexts[C].Class == ContextClass::Atomic || M.Contexts[C].Interrupt))
        Interrupts.insert(P.memberKey(Entry.first()));
    }
    for (const ReclaimEntry &E : M.ReclaimEntries)
      for (FuncId F : functionsCalled(E.Function)) {
        EntryFunctions.push_back({&E, F});
        Entries.set(F);
      }
  }

  void run(AtomKind K) {
    Level = K;
    Mask = uint64_t(S.DirectReclaim) | uint64_t(P.Constants.lookup("__GFP_KSWAPD_RECLAIM"));
    if (K != AtomKind::Reclaim)
      Mask |= uint64_t(S.LevelBit[unsigned(AtomKind::Io)]);
    if (K == AtomKind::Fs)
      Mask |= uint64_t(S.LevelBit[unsigned(AtomKind::Fs)]);
    reset();
    for (auto [Entry, F] : EntryFunctions) {
      Visit V = start(F, Entry->Flagged, Entry->Phrase);
      if (Entry->GfpArg >= 0 && size_t(Entry->GfpArg) < V.Args.size())
        V.Args[Entry->GfpArg] = S.Pool.constant(Mask);
      add(std::move(V));
    }
    for (const Root &R : P.Roots)
      if (R.Callback->InReclaim)
        add(start(R.Func, /*Flagged=*/false, R.Callback->Phrase));
    while (!Queue.empty()) {
      const uint32_t Index = Queue.top().second;
      Queue.pop();
      visit(Index);
    }
  }

  // The class of a lock that is held somewhere.
  void addLockClass(uint64_t Class) {
    LockClasses.insert(Class);
    LockClasses.insert(plainClass(Class)); // as addresses are known by
  }

  void finish() { S.Caps.ReclaimFunctions = Reached.count(); }

  // Which locks are taken, near by, while \p Class is held: by the calls in \p Sites.
  void order(uint64_t Class, ArrayRef<std::pair<FuncId, EventIdx>> Sites) {
    Ordering = Class;
    reset();
    for (auto [F, Where] : Sites) {
      if (Visits.size() >= MaxOrderVisits)
        break;
      if (P.function(F).Flags & FF_Init)
        continue;
      Visit V = start(F, /*Flagged=*/false, "");
      V.Provider = P.provider(F);
      Visits.push_back(V);
      const uint32_t Index = Visits.size() - 1;
      for (const BlockingCall &C : Calls.of(F).States)
        if (C.Where == Where)
          call(Index, V, C);
    }
    while (!Queue.empty() && Visits.size() < MaxOrderVisits) {
      const auto [Cost, Index] = Queue.top();
      Queue.pop();
      if (Cost.first > MaxOrderCost)
        break;
      visit(Index);
    }
    S.Caps.OrderVisits += Visits.size() >= MaxOrderVisits;
    Ordering = 0;
  }

private:
  struct Visit {
    FuncId Func = NoFunc;
    NameId Provider = 0; // on whose behalf
    uint32_t Parent = ~0u;
    EventIdx Where = 0; // in the parent
    uint32_t Cost = 0;
    uint16_t Conditions = 0, Targets = 1;
    uint16_t Foreign = 0;        // of Conditions, those outside the provider
    uint16_t LastReferences = 0; // that must be dropped on the way
    bool Indirect = false, Guess = false, Crosses = false, Flagged = true;
    StringRef Entry;
    SmallVector<uint64_t, 1> Tried; // locks that are tried instead if a flag says so
    SmallVector<VId, 4> Args;
    SmallVector<KnownMember, 2> Members;
  };

  void reset() {
    Visits.clear();
    Seen.clear();
    Contexts.clear();
    Queue = {};
  }

  // The visit of a function of whose arguments nothing is known.
  Visit start(FuncId F, bool Flagged, StringRef Entry) const {
    Visit V;
    V.Func = F;
    V.Flagged = Flagged;
    V.Entry = Entry;
    V.Args.assign(P.function(F).Params.size(), 0);
    return V;
  }

  SmallVector<FuncId, 1> functionsCalled(StringRef Name) const {
    SmallVector<FuncId, 1> Out;
    if (NameId Id = P.findName(Name))
      for (FuncId F = 0; F != P.Functions.size(); ++F)
        if (P.Entities[P.Functions[F].Ent].Name == Id)
          Out.push_back(F);
    return Out;
  }

  // Whether the results that a call depends on can be, given what is known in this visit.
  bool resultsPossible(const BlockingCall &C, const Visit &V) {
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
        if (New)
          It->second = Analyzer.returns(T.Callee, Args);
        if (!(It->second & (Nonzero ? RC_Negative | RC_Positive : RC_Zero)))
          return false;
      }
    return true;
  }

  void add(Visit V) {
    if (!Calls.leadsToLock(V.Func) || (P.function(V.Func).Flags & FF_Init) ||
        M.ReclaimExcludes.contains(P.functionName(V.Func)))
      return;
    if (auto It = M.LevelFunctions.find(P.functionName(V.Func));
        !Ordering && It != M.LevelFunctions.end() && Level < It->second)
      return;
    if (!V.Provider)
      V.Provider = P.provider(V.Func);
    if (auto It = UnreferencedIn.find(V.Func);
        It != UnreferencedIn.end() && It->second < V.Args.size())
      V.Args[It->second] = S.Unreferenced;
    const uint64_t Used = Calls.of(V.Func).Used;
    for (size_t I = 0; I != V.Args.size(); ++I)
      if (I >= 64 || !(Used >> I & 1))
        V.Args[I] = 0;
    if (Seen.contains(key(V)))
      return;
    Queue.push({{V.Cost, uint32_t(Visits.size())}, uint32_t(Visits.size())});
    Visits.push_back(std::move(V));
  }

  static uint64_t key(const Visit &V) {
    uint64_t Members = 0;
    for (const KnownMember &X : V.Members)
      Members = hash_combine(Members, X.Argument, X.Record, X.Field, X.Value);
    return hash_combine(V.Func, V.Provider, V.Flagged, hash_combine_range(V.Args), Members) >> 2;
  }

  void visit(uint32_t Index) {
    if (!Seen.insert(key(Visits[Index])).second)
      return;
    // Too many to tell apart: once, for all the others.
    if ((llvm::any_of(Visits[Index].Args, [](VId A) { return A != 0; }) ||
         !Visits[Index].Members.empty()) &&
        ++Contexts[{Visits[Index].Func, Visits[Index].Provider}] > MaxContexts) {
      llvm::fill(Visits[Index].Args, 0);
      Visits[Index].Members.clear();
      if (!Seen.insert(key(Visits[Index])).second)
        return;
    }
    const Visit V = Visits[Index];
    if (!Ordering) {
      ++S.Caps.ReclaimVisits;
      Reached.set(V.Func);
    }
    for (const BlockingCall &C : Calls.of(V.Func).States)
      call(Index, V, C);
  }

  // \p X, of the visited function, as it is in this visit.
  VId here(VId X, const Visit &V) {
    if (S.Pool.node(X).Flags & VF_Memory)
      X = S.Pool.rewrite(X, VF_Memory, [&](VId L) {
        const VNode N = S.Pool.node(L);
        if (N.Kind != ValueKind::Load || S.Pool.node(N.A).Kind != ValueKind::Field)
          return L;
        const VNode A = S.Pool.node(N.A);
        const uint64_t Key = Member{A.B, A.C}.key();
        if (Ordering)
          return fromCaller(V, A, L);
        if (LevelKeys.contains(Key))
          return S.Pool.constant(Mask);
        if (auto It = Facts.find(Key); It != Facts.end())
          return S.Pool.constant(It->second);
        return fromCaller(V, A, L);
      });
    if (S.Pool.node(X).Flags & VF_Param)
      X = S.Pool.subst(X, V.Args);
    return X;
  }

  // \p Loaded, from the address \p A, where the caller knows what is there.
  VId fromCaller(const Visit &V, const VNode &A, VId Loaded) {
    const VNode Base = S.Pool.node(A.A);
    if (Base.Kind == ValueKind::Param)
      if (auto Known = member(V, Base.A, A.B, A.C); Known && *Known)
        return *Known;
    return Loaded;
  }

  // What a member of the record that a parameter points to is known to hold.
  std::optional<VId> member(const Visit &V, uint32_t Param, NameId Record, NameId Field) {
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

  Truth taskFlags(const Pred &X, const Visit &V) const {
    if (Ordering || X.V != S.TaskFlags || X.C != 0 || (X.Op != PredOp::Eq && X.Op != PredOp::Ne))
      return Truth::Unknown;
    const uint64_t Kswapd = P.Constants.lookup("PF_KSWAPD"),
                   Memalloc = P.Constants.lookup("PF_MEMALLOC");
    if (V.Flagged && (X.Mask & Memalloc))
      return X.Op == PredOp::Ne ? Truth::True : Truth::False;
    if (X.Mask == Kswapd)
      return X.Op == PredOp::Eq ? Truth::True : Truth::False;
    return Truth::Unknown;
  }

  // Whether the call is made in this visit. \p Tried: locks that are tried instead if what
  // is not known is otherwise.
  Truth possible(const BlockingCall &C, const Visit &V, SmallVectorImpl<uint64_t> &Tried) {
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
        const Truth Flags = taskFlags(Z, V);
        if (Flags == Truth::False)
          return Flags;
        if (Flags != Truth::Unknown)
          continue;
        Out = Truth::Unknown;
        AddTried(X);
      }
    }
    return Out;
  }

  void call(uint32_t Index, const Visit &V, const BlockingCall &C) {
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
    Next.Conditions = V.Conditions + (T == Truth::Unknown && (V.Provider || Ordering));
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
    Next.Entry = V.Entry;
    if (Next.Foreign > MaxForeign || Next.LastReferences > MaxLastReferences) {
      ++S.Caps.ReclaimFar;
      return;
    }
    const FunctionModel *FM = Calls.modelOf(V.Func, E);
    if (const ContextOp *Op = Calls.acquires(FM)) {
      lock(Next, V, C, Op->LockArg, Op->SubclassArg, Op->Context);
      return;
    }
    if (const WaitModel *W = Calls.waits(V.Func, E)) {
      lock(Next, V, C, W->Argument, -1, W->Context);
      return;
    }
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
    if (Set.Deferred || Interrupts.contains(memberKey(Fn)))
      return;
    table(Next, V, C, Set.Funcs, memberKey(Fn));
  }

  uint64_t memberKey(VId Fn) const {
    const VNode N = S.Pool.node(Fn);
    if (N.Kind != ValueKind::Load || S.Pool.node(N.A).Kind != ValueKind::Field)
      return 0;
    return Member{S.Pool.node(N.A).B, S.Pool.node(N.A).C}.key();
  }

  // A call through a table: to the functions of the provider on whose behalf this runs, or
  // of the one whose code it is; from the core, on nobody's behalf, to each provider's on
  // its own; into others' only where they are few.
  void table(Visit Next, const Visit &V, const BlockingCall &C, ArrayRef<FuncId> Targets,
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
    if (!Ordering && CoreKeys.contains(Key)) {
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
      if (Rivals[P.provider(T)] > GuessTargets) {
        There.Guess = true;
        There.Cost += GuessCost;
      }
      follow(There, V, C, T, Unreferenced == UnreferencedBy.end() ? -1 : int(Unreferenced->second));
    }
  }

  void follow(Visit Next, const Visit &V, const BlockingCall &C, FuncId T, int Unreferenced = -1) {
    if (T == NoFunc || !Calls.leadsToLock(T) || !canSleep(T, C.Atomic) || Entries.test(T))
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
        Next.Members.push_back(X);
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
  bool canSleep(FuncId T, ArrayRef<ContextId> Atomic) const {
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
  VId telling(VId X) {
    const VNode N = S.Pool.node(X);
    switch (N.Kind) {
    case ValueKind::Const:
    case ValueKind::Func:
      return X;
    case ValueKind::Global:
      return X == S.Unreferenced ? X : isLockType(X) ? X : 0;
    case ValueKind::Field:
      if (base(X) == S.Unreferenced)
        return X;
      return isLockType(X) ? S.Pool.make(ValueKind::Field, S.AnyObject, N.B, N.C) : 0;
    case ValueKind::And: // flags of which some are known not to be set
      return N.A == S.AnyObject ? X : 0;
    case ValueKind::Container:
      return base(X) == S.Unreferenced ? X : 0;
    default:
      return 0;
    }
  }

  // What an address lies in.
  VId base(VId X) const {
    for (;;) {
      const VNode &N = S.Pool.node(X);
      if (N.Kind != ValueKind::Field && N.Kind != ValueKind::Index &&
          N.Kind != ValueKind::Container)
        return X;
      X = N.A;
    }
  }

  // An address that may be a lock's: of something that is locked somewhere.
  bool isLockType(VId X) const { return LockClasses.contains(lockClass(S.Pool, P, X)); }

  // \p SubclassArg: the argument that says its subclass, or -1.
  void lock(const Visit &At, const Visit &V, const BlockingCall &C, int Arg, int SubclassArg,
            ContextId Context) {
    if (Arg < 0 || size_t(Arg) >= C.Args.size())
      return;
    const VId Lock = here(C.Args[Arg], V);
    const VId Subclass =
        SubclassArg < 0 || size_t(SubclassArg) >= C.Args.size() ? 0 : here(C.Args[SubclassArg], V);
    // A folio is found by way of what it belongs to.
    const bool Nobodys =
        P.ContextClass[Context]
            ? llvm::any_of(V.Args, [&](VId A) { return base(A) == S.Unreferenced; })
            : base(Lock) == S.Unreferenced;
    if (Nobodys) {
      ++S.Caps.Unreferenced;
      return;
    }
    const uint64_t Class = lockClass(S.Pool, P, {Context, true, Lock, C.Where, Subclass});
    if (Ordering) {
      if (Class && Class != Ordering && LockClasses.contains(Class) &&
          Ordered.insert({Ordering, Class}).second)
        S.LockOrders.push_back({Ordering, Class, Context, way(At, V), At.Conditions,
                                At.Crosses || At.Guess || throughTable(At)});
      return;
    }
    if (!Class)
      return;
    ReclaimLock L;
    L.Class = Class;
    L.Level = Level;
    L.Context = Context;
    L.Provider = V.Provider;
    L.Conditions = At.Conditions;
    L.LastReferences = At.LastReferences;
    L.Choice = is_contained(At.Tried, Class) || is_contained(At.Tried, 0u);
    L.Guess = At.Guess;
    L.Crosses = At.Crosses;
    // The way that was found first, at the lowest level; and another one where that is unsure.
    // Who waits for readers only is another matter.
    const uint64_t Mode = M.Contexts[Context].Shared;
    auto [Old, New] = Locks.try_emplace({Class, uint64_t(V.Provider) << 1 | Mode}, L.sure());
    if (!New && (Old->second || !L.sure()))
      return;
    Old->second = L.sure();
    L.Entry = At.Entry.str();
    L.Way = way(At, V);
    S.ReclaimLocks.push_back(std::move(L));
  }

  // The calls that lead to the lock that \p At, in \p V, takes.
  std::vector<CallHop> way(const Visit &At, const Visit &V) const {
    std::vector<CallHop> Out{{V.Func, At.Where, NoFunc, false, 1}};
    for (uint32_t I = At.Parent; Visits[I].Parent != ~0u; I = Visits[I].Parent)
      Out.push_back({Visits[Visits[I].Parent].Func, Visits[I].Where, Visits[I].Func,
                     Visits[I].Indirect, Visits[I].Targets});
    std::reverse(Out.begin(), Out.end());
    return Out;
  }

  bool throughTable(const Visit &At) const {
    for (uint32_t I = At.Parent; I != ~0u; I = Visits[I].Parent)
      if (Visits[I].Indirect)
        return true;
    return false;
  }

  Solution &S;
  const Program &P;
  const Model &M;
  FunctionAnalyzer &Analyzer;
  BlockingCalls Calls;
  DenseSet<uint64_t> LockClasses;
  BitVector Reached;
  std::vector<std::pair<const ReclaimEntry *, FuncId>> EntryFunctions;
  BitVector Entries;                   // Model::ReclaimEntries: reclaim does not enter itself
  DenseSet<uint64_t> Interrupts;       // members whose functions run in interrupts
  DenseMap<uint64_t, uint8_t> Returns; // of tests, by function and arguments
  DenseSet<uint64_t> LevelKeys, CoreKeys;
  DenseMap<uint64_t, int64_t> Facts;           // Model::ReclaimFacts
  DenseMap<uint64_t, unsigned> UnreferencedBy; // by member
  DenseMap<FuncId, unsigned> UnreferencedIn;
  AtomKind Level = AtomKind::Reclaim;
  uint64_t Mask = 0;
  uint64_t Ordering = 0; // the lock held, while order() searches
  DenseSet<std::pair<uint64_t, uint64_t>> Ordered;
  std::vector<Visit> Visits;
  DenseSet<uint64_t> Seen;
  DenseMap<std::pair<FuncId, NameId>, unsigned> Contexts;
  /// By class, and provider and mode: whether the way there is sure.
  DenseMap<std::pair<uint64_t, uint64_t>, bool> Locks;
  using Item = std::pair<std::pair<uint32_t, uint32_t>, uint32_t>; // cost, order; visit
  std::priority_queue<Item, std::vector<Item>, std::greater<>> Queue;
};

} // namespace

void walkReclaim(Solution &S, const CallGraph &G, FunctionAnalyzer &Analyzer,
                 ArrayRef<std::vector<LockedCall>> LockedCalls) {
  if (!S.DirectReclaim)
    return;
  TimeTraceScope Trace("reclaim graph");
  Walker W(S, G, Analyzer);
  for (const LockedReclaim &L : S.Locked)
    W.addLockClass(L.Class);
  for (AtomKind K : ReclaimLevels)
    W.run(K);
  W.finish();
  std::map<uint64_t, std::vector<std::pair<FuncId, EventIdx>>> Sites;
  for (const ReclaimLock &R : S.ReclaimLocks)
    if (R.sure())
      Sites[R.Class];
  for (FuncId F = 0; F != LockedCalls.size(); ++F)
    for (const LockedCall &C : LockedCalls[F])
      if (auto It = Sites.find(C.Class); It != Sites.end())
        It->second.push_back({F, C.Where});
  for (const auto &[Class, Calls] : Sites)
    W.order(Class, Calls);
}

} // namespace gfpcheck
