//===- ChangeResolver.cpp - The fixpoint of a changed program ----------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The fixpoint of the program without the patch (the base) is known. What a patch changes
// is found by analysing a function twice: as it was, with the base's effects of what it
// calls, and as it is, with the present ones. The difference is applied to what the base
// has for the function:
//
//     present = base - (as it was - as it is) + (as it is - as it was)
//
// and if a caller can tell, its callers are next. So what a patch does not concern stays as it
// was, to the last witness. To analyse everything anew would not do that: the fixpoint of a large
// cycle is cut off after some rounds, and what is found there depends on the order.
//
// What a patch adds is marked, and the limits on what is kept of a function count it apart: where
// there is much already, it would be lost otherwise, and with it the fault that the patch introduces.
//
// Witnesses must end. An atom of the base keeps its witness as long as that stands; another one is
// followed to its end before it is taken, and must not lead back to the atom itself. An atom that
// has no witness left goes, and with it, by and by, those that rest on it.
//
//===----------------------------------------------------------------------===//

#include "ChangeResolver.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace gfpcheck {

constexpr uint32_t Dead = ~0u;

// Evaluations of one function. After MaxEvaluations nothing new is taken from a cycle; what rests
// on something that has gone goes link by link, which may take more rounds than it took to come.
constexpr unsigned MaxRemovals = 8 * MaxEvaluations;

class ChangeResolver::Impl {
public:
  Impl(Engine &E, ProgramChange &Change) : E(E), S(E.S), Change(Change), BaseInterfaces(S) {}

  void run(bool Everywhere) {
    Evaluations.assign(S.Effects.size(), 0);
    for (auto [F, Was] : Change.Changed) {
      OldBody[F] = Was;
      enqueue(F);
    }
    for (FuncId F : Change.Rebound)
      enqueue(F);
    for (uint64_t Key : Change.ChangedTables)
      for (FuncId F : E.Graph.users(Key))
        enqueue(F);
    for (const auto &[Instance, Key] : Change.ChangedInstances)
      for (FuncId F : E.Graph.users(Key))
        enqueue(F);
    while (!Work.empty()) {
      analyseAsItWas();
      while (!Work.empty()) {
        Now = Work.top();
        Work.pop();
        const FuncId F = E.Graph.Order[Now];
        Queued.erase(F);
        if (!AsItWas.contains(F))
          analyseAsItWas(F);
        evaluate(F);
      }
      std::swap(Work, Next);
    }
    compact(Everywhere);
  }

  std::vector<FuncId> leadingElsewhere() {
    std::vector<FuncId> Out;
    for (const auto &[F, Calls] : CallsBefore)
      if (OldBody.contains(F) || !sameSleeps(Bases[F]->Effects, S.Effects[F]) ||
          (Calls && *Calls != E.Analyzer.calls(F)))
        Out.push_back(F);
    llvm::sort(Out);
    return Out;
  }

  void undo() {
    for (auto [F, Index] : E.NewlyDecided)
      if (F < S.Effects.size() && !Bases.contains(F))
        S.Effects[F].Atoms[Index].Decided = false;
    for (auto &[F, B] : Bases) {
      S.Effects[F] = std::move(B->Effects);
      E.Found.Defects[F] = std::move(B->Defects);
      E.Found.Scoped[F] = std::move(B->ScopedCalls);
      E.Found.Locked[F] = std::move(B->Locked);
      E.Found.LockedCalls[F] = std::move(B->LockedCalls);
      E.Found.GfpStores[F] = std::move(B->GfpStores);
      E.Current.drop(F);
    }
    for (auto &[F, Calls] : CallsBefore)
      E.Analyzer.Known[F] = std::move(Calls);
  }

private:
  bool isPresent(FuncId F) const { return F < Change.FirstReplaced; }

  void enqueue(FuncId F) {
    if (Queued.contains(F))
      return;
    if (Evaluations[F] >= MaxRemovals) {
      ++S.Caps.Rounds;
      return;
    }
    Queued.insert(F);
    (Work.empty() || E.Graph.Position[F] > Now ? Work : Next).push(E.Graph.Position[F]);
  }

  static bool sameSleeps(const FunctionEffects &X, const FunctionEffects &Y) {
    auto Sleeps = [](const Atom &A) { return A.Kind == AtomKind::Sleep && A.Inside.empty(); };
    auto Covers = [&](const FunctionEffects &Of, const FunctionEffects &By) {
      return llvm::all_of(Of.Atoms, [&](const Atom &A) {
        return !Sleeps(A) ||
               llvm::any_of(By.Atoms, [&](const Atom &B) { return Sleeps(B) && sameAtom(A, B); });
      });
    };
    return Covers(X, Y) && Covers(Y, X);
  }

  // Takes out what has gone, of all that refers by index.
  void compact(bool Everywhere) {
    DenseMap<FuncId, std::vector<uint32_t>> AtomAt, CallAt;
    DenseSet<FuncId> Users; // whose witnesses may lead to it
    auto Squeeze = [](auto &List) {
      std::vector<uint32_t> At(List.size(), Dead);
      uint32_t Next = 0;
      for (uint32_t I = 0; I != List.size(); ++I)
        if (!List[I].Gone)
          At[I] = Next++;
      llvm::erase_if(List, [](const auto &X) { return X.Gone; });
      return At;
    };
    for (const auto &[F, B] : Bases) {
      FunctionEffects &Effects = S.Effects[F];
      if (llvm::any_of(Effects.Atoms, [](const Atom &X) { return X.Gone; }))
        AtomAt[F] = Squeeze(Effects.Atoms);
      if (llvm::any_of(Effects.ParamCalls, [](const ParamCall &X) { return X.Gone; }))
        CallAt[F] = Squeeze(Effects.ParamCalls);
      Users.insert(F);
      if (AtomAt.contains(F) || CallAt.contains(F))
        E.Graph.forEachUser(F, [&](FuncId U) { Users.insert(U); });
    }
    auto Move = [&](const auto &Map, FuncId F, uint32_t &Index) {
      if (auto It = Map.find(F); It != Map.end())
        Index = Index < It->second.size() ? It->second[Index] : Dead;
    };
    auto MoveAtom = [&](Atom &X) {
      if (X.Callee == NoFunc)
        return;
      if (X.Target != NoFunc) {
        Move(CallAt, X.Callee, X.CalleeAtom);
        Move(AtomAt, X.Target, X.TargetAtom);
      } else {
        Move(AtomAt, X.Callee, X.CalleeAtom);
      }
      endWitness(X);
    };
    auto MoveAll = [&](FuncId F) {
      for (Atom &X : S.Effects[F].Atoms)
        MoveAtom(X);
      for (ParamCall &X : S.Effects[F].ParamCalls) {
        if (X.Callee == NoFunc)
          continue;
        Move(CallAt, X.Callee, X.CalleeCall);
        if (!isPresent(X.Callee) || X.CalleeCall >= S.Effects[X.Callee].ParamCalls.size())
          X.Callee = NoFunc;
      }
      for (Defect &X : E.Found.Defects[F])
        MoveAtom(X.Chain);
      for (LockedReclaim &X : E.Found.Locked[F])
        MoveAtom(X.Chain);
    };
    if (Everywhere)
      for (FuncId F = 0; F != Change.FirstReplaced; ++F)
        MoveAll(F);
    else
      for (FuncId F : Users) {
        if (!Bases.contains(F)) // to be undone
          Bases[F] = std::make_unique<FunctionResult>(present(F));
        MoveAll(F);
      }
  }

  // Where analysing was cut off, a witness may lead to what is no longer there: it ends before.
  void endWitness(Atom &X) {
    const bool Sound =
        isPresent(X.Callee) &&
        (X.Target == NoFunc
             ? X.CalleeAtom < S.Effects[X.Callee].Atoms.size()
             : isPresent(X.Target) && X.CalleeAtom < S.Effects[X.Callee].ParamCalls.size() &&
                   X.TargetAtom < S.Effects[X.Target].Atoms.size());
    if (Sound)
      return;
    X.Callee = X.Target = NoFunc;
    ++S.Caps.Rounds;
  }

  //===--------------------------------------------------------------------===//
  // As it was
  //===--------------------------------------------------------------------===//

  void showBase(bool Show) {
    for (auto &[F, B] : Bases)
      std::swap(S.Effects[F], B->Effects);
    Change.show(Show ? ProgramChange::Side::Base : ProgramChange::Side::Patched);
    E.Shown = Show ? &BaseInterfaces : &E.Current;
  }

  // All that wait, at once, with \p Also: to show the base takes time.
  void analyseAsItWas(FuncId Also = NoFunc) {
    showBase(true);
    auto Analyse = [&](FuncId F) {
      auto [It, New] = AsItWas.try_emplace(F);
      if (!New)
        return;
      auto Changed = OldBody.find(F);
      const FuncId Body = Changed == OldBody.end() ? F : Changed->second;
      It->second = std::make_unique<FunctionResult>();
      if (Body != NoFunc)
        *It->second = E.Analyzer.analyze(Body);
    };
    if (Also != NoFunc)
      Analyse(Also);
    for (FuncId F : Queued)
      Analyse(F);
    showBase(false);
  }

  //===--------------------------------------------------------------------===//
  // As it is
  //===--------------------------------------------------------------------===//

  void evaluate(FuncId F) {
    ++Evaluations[F];
    ++S.Caps.Evaluations;
    FunctionResult Is = E.Analyzer.analyze(F);
    CallsBefore.try_emplace(F, E.Analyzer.Known[F]);
    E.Analyzer.Known[F] = nullptr;
    const FunctionResult &Was = *AsItWas[F];
    for (auto [Callee, Atom] : Is.Decided)
      E.markDecided(Callee, Atom);
    const FunctionResult &B = base(F);
    const bool SameBody = !OldBody.contains(F);

    mergeList(
        B.Defects, Was.Defects, Is.Defects, SameBody,
        [](const Defect &X, const Defect &Y) {
          return X.Held.same(Y.Held) && X.InCallee == Y.InCallee && X.LockClass == Y.LockClass &&
                 sameAtom(X.Chain, Y.Chain) && X.Chain.Callee == Y.Chain.Callee &&
                 X.Chain.Fresh == Y.Chain.Fresh;
        },
        [&](const Defect &X) { return stands(X.Chain); }, E.Found.Defects[F]);
    mergeList(
        B.Locked, Was.Locked, Is.Locked, SameBody,
        [](const LockedReclaim &X, const LockedReclaim &Y) {
          return X.Class == Y.Class && X.Chain.Kind == Y.Chain.Kind &&
                 X.Chain.Fresh == Y.Chain.Fresh;
        },
        [&](const LockedReclaim &X) { return stands(X.Chain); }, E.Found.Locked[F]);
    auto Stands = [](const auto &) { return true; };
    auto Equal = [](const auto &X, const auto &Y) { return X == Y; };
    mergeList(B.ScopedCalls, Was.ScopedCalls, Is.ScopedCalls, SameBody, Equal, Stands,
              E.Found.Scoped[F]);
    mergeList(B.LockedCalls, Was.LockedCalls, Is.LockedCalls, SameBody, Equal, Stands,
              E.Found.LockedCalls[F]);
    llvm::sort(E.Found.Scoped[F], [](auto &X, auto &Y) { return X.Where < Y.Where; });
    llvm::sort(E.Found.LockedCalls[F]);
    E.Found.GfpStores[F] = Was.GfpStores == Is.GfpStores ? B.GfpStores : Is.GfpStores;

    if (!mergeEffects(F, Was.Effects, Is.Effects, SameBody))
      return;
    E.Current.drop(F);
    E.Graph.forEachUser(F, [&](FuncId U) { enqueue(U); });
  }

  FunctionResult &base(FuncId F) {
    auto [It, New] = Bases.try_emplace(F);
    if (New)
      It->second = std::make_unique<FunctionResult>(present(F));
    return *It->second;
  }

  FunctionResult present(FuncId F) const {
    FunctionResult R;
    R.Effects = S.Effects[F];
    R.Defects = E.Found.Defects[F];
    R.ScopedCalls = E.Found.Scoped[F];
    R.Locked = E.Found.Locked[F];
    R.LockedCalls = E.Found.LockedCalls[F];
    R.GfpStores = E.Found.GfpStores[F];
    return R;
  }

  // Whether what a witness leads to is still there. What there was in the base keeps its index.
  bool stands(FuncId F, uint32_t Index) const {
    return isPresent(F) && Index < S.Effects[F].Atoms.size() && !S.Effects[F].Atoms[Index].Gone;
  }
  bool stands(const ParamCall &X) const {
    return X.Callee == NoFunc ||
           (isPresent(X.Callee) && X.CalleeCall < S.Effects[X.Callee].ParamCalls.size() &&
            !S.Effects[X.Callee].ParamCalls[X.CalleeCall].Gone);
  }
  bool stands(const Atom &X) const {
    if (X.Callee == NoFunc)
      return true;
    if (X.Target == NoFunc)
      return stands(X.Callee, X.CalleeAtom);
    ParamCall Call;
    Call.Callee = X.Callee;
    Call.CalleeCall = X.CalleeAtom;
    return stands(Call) && stands(X.Target, X.TargetAtom);
  }

  // Whether what \p X rests on leads back to number \p Index of \p F.
  bool restsOn(const Atom &X, FuncId F, uint32_t Index, unsigned Depth = 0) const {
    if (X.Callee == NoFunc)
      return false;
    const FuncId G = X.Target == NoFunc ? X.Callee : X.Target;
    const uint32_t At = X.Target == NoFunc ? X.CalleeAtom : X.TargetAtom;
    return (G == F && At == Index) || Depth > MaxDepth || At >= S.Effects[G].Atoms.size() ||
           restsOn(S.Effects[G].Atoms[At], F, Index, Depth + 1);
  }
  bool restsOn(const ParamCall &X, FuncId F, uint32_t Index, unsigned Depth = 0) const {
    if (X.Callee == NoFunc)
      return false;
    const auto &Calls = S.Effects[X.Callee].ParamCalls;
    return (X.Callee == F && X.CalleeCall == Index) || Depth > MaxDepth ||
           X.CalleeCall >= Calls.size() || restsOn(Calls[X.CalleeCall], F, Index, Depth + 1);
  }

  /// present = base - (was - is) + (is - was). What is in \p Is has the better witness, but where
  /// nothing has happened the base's stays.
  template <class List, class Same, class Stand>
  void mergeList(const List &Then, const List &Was, const List &Is, bool SameBody, Same IsSame,
                 Stand Stands, List &Out) {
    auto Find = [&](const List &In, const auto &X) {
      return llvm::find_if(In, [&](const auto &Y) { return IsSame(X, Y); });
    };
    Out.clear();
    std::vector<bool> Taken(Is.size());
    for (const auto &X : Then) {
      const auto InIs = Find(Is, X), InWas = Find(Was, X);
      if (InIs != Is.end())
        Taken[InIs - Is.begin()] = true;
      const bool AsBefore =
          InIs == Is.end() ? InWas == Was.end() : InWas != Was.end() && goesAs(*InIs, *InWas);
      if (SameBody && AsBefore && Stands(X))
        Out.push_back(X);
      else if (InIs != Is.end())
        Out.push_back(*InIs);
    }
    for (size_t I = 0; I != Is.size(); ++I)
      if (!Taken[I] && Find(Was, Is[I]) == Was.end())
        Out.push_back(Is[I]);
  }

  // Whether two that are the same to others are so by the same way.
  static bool goesAs(const Atom &X, const Atom &Y) {
    return worthOf(X) == worthOf(Y) && X.Where == Y.Where && X.CalleeAtom == Y.CalleeAtom &&
           X.TargetAtom == Y.TargetAtom;
  }
  static bool goesAs(const Defect &X, const Defect &Y) { return goesAs(X.Chain, Y.Chain); }
  static bool goesAs(const LockedReclaim &X, const LockedReclaim &Y) {
    return goesAs(X.Chain, Y.Chain);
  }
  template <class T> static bool goesAs(const T &, const T &) { return true; }

  /// The same for what others refer to by index: that stays, and what has gone is marked so. A
  /// witness must not rest on what it is for; where the best does, it goes, with it what rests on
  /// it, and another one is found when this function is analysed again. True: a caller could tell.
  template <class T, class Same, class Worth>
  bool mergeKept(FuncId F, const std::vector<T> &Then, const std::vector<T> &Was,
                 const std::vector<T> &Is, bool SameBody, Same IsSame, Worth WorthOf, unsigned Most,
                 std::vector<T> &Now) {
    auto Find = [&](const std::vector<T> &In, const T &X) {
      const T *Best = nullptr;
      for (const T &Y : In)
        if (IsSame(X, Y) && (!Best || WorthOf(Y) < WorthOf(*Best)))
          Best = &Y;
      return Best;
    };
    bool Changed = false;
    const size_t Size = Now.size();
    for (uint32_t I = 0; I != Size; ++I) {
      const bool OfBase = I < Then.size();
      const T &Old = OfBase ? Then[I] : Now[I];
      const T *InIs = Find(Is, Old), *InWas = OfBase ? Find(Was, Old) : InIs;
      // A shorter way is no other to callers, but it is the one to show.
      const bool AsBefore =
          InIs ? InWas && WorthOf(*InIs) == WorthOf(*InWas) && InIs->Depth == InWas->Depth : !InWas;
      T New = Now[I];
      if ((OfBase ? SameBody && AsBefore : InIs && WorthOf(*InIs) == WorthOf(Old)) && stands(Old) &&
          !restsOn(Old, F, I))
        New = Old;
      else if (InIs && !restsOn(*InIs, F, I))
        New = *InIs;
      else
        New.Gone = true;
      if (!OfBase && Now[I].Gone && Evaluations[F] > MaxEvaluations)
        New.Gone = true;
      Changed |= New.Gone != Now[I].Gone || WorthOf(New) != WorthOf(Now[I]);
      keepDecided(New, Now[I]);
      Now[I] = std::move(New);
    }
    if (Evaluations[F] > MaxEvaluations)
      return Changed;
    for (const T &X : Is)
      if (!Find(Now, X) && !Find(Was, X) &&
          llvm::count_if(Now, [&](const T &Y) { return !Y.Gone && sameKind(X, Y); }) < Most) {
        Now.push_back(X);
        markFresh(Now.back());
        Changed = true;
      }
    return Changed;
  }
  static void keepDecided(Atom &New, const Atom &Old) { New.Decided |= Old.Decided; }
  static void keepDecided(ParamCall &, const ParamCall &) {}
  static void markFresh(Atom &X) { X.Fresh = true; }
  static void markFresh(ParamCall &) {}
  static bool sameKind(const Atom &X, const Atom &Y) {
    return X.Kind == Y.Kind && X.Fresh == Y.Fresh;
  }
  static bool sameKind(const ParamCall &, const ParamCall &) { return true; }

  /// True: a caller could tell, from what it was before this evaluation.
  bool mergeEffects(FuncId F, const FunctionEffects &Was, FunctionEffects &Is, bool SameBody) {
    const FunctionResult &B = *Bases[F];
    FunctionEffects &Now = S.Effects[F];
    bool Changed = mergeKept(F, B.Effects.Atoms, Was.Atoms, Is.Atoms, SameBody, sameAtom, worthOf,
                             MaxKeptAtoms, Now.Atoms);
    auto SameCall = [](const ParamCall &X, const ParamCall &Y) {
      return X.Fn == Y.Fn && X.Callee == Y.Callee && X.When == Y.When &&
             sameHeld(X.Inside, Y.Inside);
    };
    Changed |= mergeKept(
        F, B.Effects.ParamCalls, Was.ParamCalls, Is.ParamCalls, SameBody, SameCall,
        [](const ParamCall &) { return 0; }, MaxParamCalls, Now.ParamCalls);

    // Events of another body mean nothing here.
    std::vector<Outcome> Outcomes = SameBody && sameOutcomes(Was.Outcomes, Is.Outcomes)
                                        ? B.Effects.Outcomes
                                        : std::move(Is.Outcomes);
    Changed |= !sameOutcomes(Outcomes, Now.Outcomes);
    Now.Outcomes = std::move(Outcomes);
    auto Replace = [&](auto &Old, const auto &New) {
      Changed |= Old != New;
      Old = New;
    };
    Replace(Now.Ret, Was.Ret == Is.Ret ? B.Effects.Ret : Is.Ret);
    Replace(Now.GfpStores, Was.GfpStores == Is.GfpStores ? B.Effects.GfpStores : Is.GfpStores);
    Replace(Now.GfpResults, Was.GfpResults == Is.GfpResults ? B.Effects.GfpResults : Is.GfpResults);
    Changed |= !Now.Analyzed;
    Now.Analyzed = true;
    return Changed;
  }

  static constexpr unsigned MaxDepth = 400; // of a witness; calls nest less

  Engine &E;
  Solution &S;
  ProgramChange &Change;
  Interfaces BaseInterfaces;
  DenseMap<FuncId, FuncId> OldBody;
  DenseMap<FuncId, std::unique_ptr<FunctionResult>> AsItWas;
  DenseMap<FuncId, std::unique_ptr<FunctionResult>> Bases;
  DenseMap<FuncId, KnownCalls::value_type> CallsBefore;
  std::vector<uint8_t> Evaluations;
  DenseSet<FuncId> Queued;
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> Work, Next;
  uint32_t Now = 0;
};

ChangeResolver::ChangeResolver(Engine &E, ProgramChange &Change)
    : I(std::make_unique<Impl>(E, Change)) {}
ChangeResolver::~ChangeResolver() = default;
void ChangeResolver::run(bool Everywhere) { I->run(Everywhere); }
std::vector<FuncId> ChangeResolver::leadingElsewhere() { return I->leadingElsewhere(); }
void ChangeResolver::undo() { I->undo(); }

} // namespace gfpcheck
