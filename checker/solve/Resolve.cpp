//===- Resolve.cpp - The fixpoint of a patched program ---------------*- C++ -*-===//
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
// Witnesses must end. An atom of the base keeps its witness as long as that stands; another one is
// followed to its end before it is taken, and must not lead back to the atom itself. An atom that
// has no witness left goes, and with it, by and by, those that rest on it.
//
//===----------------------------------------------------------------------===//

#include "Engine.h"
#include "SavedState.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/TimeProfiler.h"

using namespace llvm;

namespace gfpcheck {

namespace {

constexpr uint32_t Dead = ~0u;

/// What the base has for a function that is no longer as it was.
struct Base {
  FunctionEffects Effects;
  std::vector<Defect> Defects;
  std::vector<ScopedCall> Scoped;
  std::vector<LockedReclaim> Locked;
  std::vector<LockedCall> LockedCalls;
  std::vector<GfpStore> GfpStores;
  std::vector<uint32_t> AtomNow, ParamCallNow; ///< by index: the present one, or Dead
};

class Resolver {
public:
  Resolver(Engine &E, Correspondence &Ids) : E(E), S(E.S), Ids(Ids), BaseInterfaces(S) {}

  void run() {
    Evaluations.assign(S.Effects.size(), 0);
    for (auto [F, Was] : Ids.Changed) {
      OldBody[F] = Was;
      enqueue(F);
    }
    for (FuncId F : Ids.Rebound)
      enqueue(F);
    for (uint64_t Key : Ids.ChangedTables)
      for (FuncId F : E.Graph.users(Key))
        enqueue(F);
    for (const auto &[Instance, Key] : Ids.ChangedInstances)
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
    endWitnesses();
  }

private:
  bool isPresent(FuncId F) const { return F < Ids.FirstReplaced; }

  void enqueue(FuncId F) {
    if (Queued.contains(F))
      return;
    if (Evaluations[F] >= MaxEvaluations) {
      ++S.Caps.Rounds;
      return;
    }
    Queued.insert(F);
    (Work.empty() || E.Graph.Position[F] > Now ? Work : Next).push(E.Graph.Position[F]);
  }

  // Where analysing was cut off, a witness may lead to an atom that has gone, or in a circle: it
  // ends there.
  void endWitnesses() {
    auto IsThere = [&](const Atom &X) {
      if (X.Callee == NoFunc)
        return true;
      if (!isPresent(X.Callee) || (X.Target != NoFunc && !isPresent(X.Target)))
        return false;
      return X.Target == NoFunc ? X.CalleeAtom < S.Effects[X.Callee].Atoms.size()
                                : X.CalleeAtom < S.Effects[X.Callee].ParamCalls.size() &&
                                      X.TargetAtom < S.Effects[X.Target].Atoms.size();
    };
    auto Check = [&](Atom &X) {
      if (IsThere(X) && !restsOn(X, NoFunc, 0))
        return;
      X.Callee = X.Target = NoFunc;
      ++S.Caps.Rounds;
    };
    for (FuncId F = 0; F != Ids.FirstReplaced; ++F)
      for (Atom &X : S.Effects[F].Atoms)
        if (!IsThere(X))
          Check(X);
    for (auto &[F, B] : Bases) {
      for (Atom &X : S.Effects[F].Atoms)
        Check(X);
      for (ParamCall &X : S.Effects[F].ParamCalls)
        if (X.Callee != NoFunc &&
            (!isPresent(X.Callee) || X.CalleeCall >= S.Effects[X.Callee].ParamCalls.size()))
          X.Callee = NoFunc;
      for (Defect &X : E.Found.Defects[F])
        Check(X.Chain);
      for (LockedReclaim &X : E.Found.Locked[F])
        Check(X.Chain);
    }
  }

  //===--------------------------------------------------------------------===//
  // As it was
  //===--------------------------------------------------------------------===//

  void showBase(bool Show) {
    for (auto &[F, B] : Bases)
      std::swap(S.Effects[F], B->Effects);
    Ids.show(Show ? Correspondence::Side::Base : Correspondence::Side::Patched);
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
    const FunctionResult &Was = *AsItWas[F];
    for (auto [Callee, Atom] : Is.Decided)
      E.markDecided(Callee, Atom);
    const Base &B = base(F);
    const bool SameBody = !OldBody.contains(F);

    std::vector<uint32_t> Unused;
    mergeList(
        B.Defects, Was.Defects, Is.Defects, SameBody,
        [](const Defect &X, const Defect &Y) {
          return X.Held.same(Y.Held) && X.InCallee == Y.InCallee && X.LockClass == Y.LockClass &&
                 sameAtom(X.Chain, Y.Chain) && X.Chain.Callee == Y.Chain.Callee;
        },
        [&](Defect &X) { return follow(X.Chain); }, E.Found.Defects[F], Unused);
    mergeList(
        B.Locked, Was.Locked, Is.Locked, SameBody,
        [](const LockedReclaim &X, const LockedReclaim &Y) {
          return X.Class == Y.Class && X.Chain.Kind == Y.Chain.Kind;
        },
        [&](LockedReclaim &X) { return follow(X.Chain); }, E.Found.Locked[F], Unused);
    auto Stands = [](auto &) { return true; };
    auto Equal = [](const auto &X, const auto &Y) { return X == Y; };
    mergeList(B.Scoped, Was.ScopedCalls, Is.ScopedCalls, SameBody, Equal, Stands, E.Found.Scoped[F],
              Unused);
    mergeList(B.LockedCalls, Was.LockedCalls, Is.LockedCalls, SameBody, Equal, Stands,
              E.Found.LockedCalls[F], Unused);
    llvm::sort(E.Found.Scoped[F], [](auto &X, auto &Y) { return X.Where < Y.Where; });
    llvm::sort(E.Found.LockedCalls[F]);
    E.Found.GfpStores[F] = Was.GfpStores == Is.GfpStores ? B.GfpStores : Is.GfpStores;

    if (!mergeEffects(F, Was.Effects, Is.Effects, SameBody))
      return;
    E.Current.drop(F);
    for (FuncId C : E.Graph.callers(F))
      enqueue(C);
    for (uint64_t Key : E.Graph.memberKeys(F))
      for (FuncId U : E.Graph.users(Key))
        enqueue(U);
  }

  Base &base(FuncId F) {
    auto [It, New] = Bases.try_emplace(F);
    if (!New)
      return *It->second;
    It->second = std::make_unique<Base>();
    Base &B = *It->second;
    B.Effects = S.Effects[F];
    B.Defects = std::move(E.Found.Defects[F]);
    B.Scoped = std::move(E.Found.Scoped[F]);
    B.Locked = std::move(E.Found.Locked[F]);
    B.LockedCalls = std::move(E.Found.LockedCalls[F]);
    B.GfpStores = std::move(E.Found.GfpStores[F]);
    for (uint32_t I = 0; I != B.Effects.Atoms.size(); ++I)
      B.AtomNow.push_back(I);
    for (uint32_t I = 0; I != B.Effects.ParamCalls.size(); ++I)
      B.ParamCallNow.push_back(I);
    return B;
  }

  /// The present index of atom (or call of a parameter) \p Index of the base.
  uint32_t present(FuncId F, uint32_t Index, bool OfParamCall = false) const {
    if (!isPresent(F))
      return Dead;
    auto It = Bases.find(F);
    if (It == Bases.end())
      return Index;
    const auto &Now = OfParamCall ? It->second->ParamCallNow : It->second->AtomNow;
    return Index < Now.size() ? Now[Index] : Dead;
  }

  // Makes the first link of a witness of the base one of now; false: it does not stand.
  bool follow(Atom &X) const {
    if (X.Callee == NoFunc)
      return true;
    X.CalleeAtom = present(X.Callee, X.CalleeAtom, X.Target != NoFunc);
    if (X.Target != NoFunc)
      X.TargetAtom = present(X.Target, X.TargetAtom);
    return X.CalleeAtom != Dead && (X.Target == NoFunc || X.TargetAtom != Dead);
  }
  bool follow(ParamCall &X) const {
    if (X.Callee == NoFunc)
      return true;
    X.CalleeCall = present(X.Callee, X.CalleeCall, /*OfParamCall=*/true);
    return X.CalleeCall != Dead;
  }

  // Whether what \p X rests on leads back to atom \p Index of \p F.
  bool restsOn(const Atom &X, FuncId F, uint32_t Index, unsigned Depth = 0) const {
    if (X.Callee == NoFunc)
      return false;
    if (Depth > MaxDepth)
      return true;
    if (X.Target != NoFunc)
      return leadsTo(X.Target, X.TargetAtom, F, Index, Depth);
    return leadsTo(X.Callee, X.CalleeAtom, F, Index, Depth);
  }
  bool leadsTo(FuncId G, uint32_t At, FuncId F, uint32_t Index, unsigned Depth) const {
    if (G == F && At == Index)
      return true;
    const auto &Atoms = S.Effects[G].Atoms;
    return At >= Atoms.size() || restsOn(Atoms[At], F, Index, Depth + 1);
  }

  /// present = base - (was - is) + (is - was). What is in \p Is has the better witness, but where
  /// nothing has happened the base's stays. Sets \p Now, by index in \p Then. True: something went,
  /// or came.
  template <class List, class Same, class Stand>
  bool mergeList(const List &Then, const List &Was, const List &Is, bool SameBody, Same IsSame,
                 Stand Stands, List &Out, std::vector<uint32_t> &Now) {
    auto Find = [&](const List &In, const auto &X) {
      return llvm::find_if(In, [&](const auto &Y) { return IsSame(X, Y); });
    };
    Out.clear();
    Now.assign(Then.size(), Dead);
    bool Changed = false;
    std::vector<bool> Taken(Is.size());
    for (size_t I = 0; I != Then.size(); ++I) {
      auto X = Then[I];
      const auto InIs = Find(Is, X);
      const bool Gone = InIs == Is.end() && Find(Was, X) != Was.end();
      if (InIs != Is.end())
        Taken[InIs - Is.begin()] = true;
      if (SameBody && !Gone && Stands(X))
        Out.push_back(std::move(X));
      else if (InIs != Is.end())
        Out.push_back(*InIs);
      else {
        Changed = true;
        continue;
      }
      Now[I] = Out.size() - 1;
    }
    for (size_t I = 0; I != Is.size(); ++I)
      if (!Taken[I] && Find(Was, Is[I]) == Was.end()) {
        Out.push_back(Is[I]);
        Changed = true;
      }
    return Changed;
  }

  /// True: a caller could tell, from what it was before this evaluation.
  bool mergeEffects(FuncId F, const FunctionEffects &Was, FunctionEffects &Is, bool SameBody) {
    Base &B = *Bases[F];
    const FunctionEffects Before = S.Effects[F];
    const std::vector<uint32_t> AtomsBefore = B.AtomNow, CallsBefore = B.ParamCallNow;
    FunctionEffects New;
    New.Analyzed = true;

    // Atoms, with the witnesses that are there already: those of callees are up to date, and those
    // of this function keep their indices where they can.
    auto SameLikely = [](const Atom &X, const Atom &Y) { return sameAtom(X, Y); };
    mergeAtoms(F, B, Was.Atoms, Is.Atoms, SameBody, SameLikely, New.Atoms);
    auto SameCall = [](const ParamCall &X, const ParamCall &Y) {
      return X.Fn == Y.Fn && X.Callee == Y.Callee && X.When == Y.When &&
             sameHeld(X.Inside, Y.Inside);
    };
    mergeList(
        B.Effects.ParamCalls, Was.ParamCalls, Is.ParamCalls, SameBody, SameCall,
        [&](ParamCall &X) { return follow(X); }, New.ParamCalls, B.ParamCallNow);
    if (New.ParamCalls.size() > MaxParamCalls)
      New.ParamCalls.resize(MaxParamCalls);

    // Events of another body mean nothing here.
    New.Outcomes = SameBody && sameOutcomes(Was.Outcomes, Is.Outcomes) ? B.Effects.Outcomes
                                                                       : std::move(Is.Outcomes);
    New.Ret = Was.Ret == Is.Ret ? B.Effects.Ret : Is.Ret;
    New.GfpStores = Was.GfpStores == Is.GfpStores ? B.Effects.GfpStores : std::move(Is.GfpStores);
    New.GfpResults =
        Was.GfpResults == Is.GfpResults ? B.Effects.GfpResults : std::move(Is.GfpResults);

    const bool Changed = New.Ret != Before.Ret || !sameOutcomes(New.Outcomes, Before.Outcomes) ||
                         New.GfpStores != Before.GfpStores || New.GfpResults != Before.GfpResults ||
                         B.AtomNow != AtomsBefore || B.ParamCallNow != CallsBefore ||
                         !llvm::equal(New.Atoms, Before.Atoms,
                                      [](const Atom &X, const Atom &Y) {
                                        return sameAtom(X, Y) && worthOf(X) == worthOf(Y);
                                      }) ||
                         !llvm::equal(New.ParamCalls, Before.ParamCalls, SameCall);
    S.Effects[F] = std::move(New);
    return Changed;
  }

  template <class Same>
  void mergeAtoms(FuncId F, Base &B, const std::vector<Atom> &Was, const std::vector<Atom> &Is,
                  bool SameBody, Same IsSame, std::vector<Atom> &Out) {
    auto Find = [&](const std::vector<Atom> &In, const Atom &X) {
      const Atom *Best = nullptr;
      for (const Atom &Y : In)
        if (IsSame(X, Y) && (!Best || worthOf(Y) < worthOf(*Best)))
          Best = &Y;
      return Best;
    };
    const std::vector<Atom> &Then = B.Effects.Atoms;
    std::vector<uint32_t> Now(Then.size(), Dead);
    for (size_t I = 0; I != Then.size(); ++I) {
      Atom X = Then[I];
      const Atom *InIs = Find(Is, X), *InWas = Find(Was, X);
      const bool Gone = !InIs && InWas;
      const bool Other = InIs && InWas && worthOf(*InIs) != worthOf(*InWas);
      if (SameBody && !Gone && !Other && follow(X)) {
        // decided by callers since
        X.Decided |= B.AtomNow[I] != Dead && S.Effects[F].Atoms[B.AtomNow[I]].Decided;
        Out.push_back(std::move(X));
      } else if (InIs && !restsOn(*InIs, F, B.AtomNow[I])) {
        Out.push_back(*InIs);
        Out.back().Decided |= X.Decided;
      } else {
        continue;
      }
      Now[I] = Out.size() - 1;
    }
    for (const Atom &X : Is)
      if (!Find(Then, X) && !Find(Was, X) &&
          llvm::count_if(Out, [&](const Atom &Y) { return X.Kind == Y.Kind; }) < MaxKeptAtoms &&
          !restsOnOwn(F, X))
        Out.push_back(X);
    B.AtomNow = std::move(Now);
  }

  // A new atom that was here before this evaluation, and leads to itself.
  bool restsOnOwn(FuncId F, const Atom &X) const {
    const auto &Atoms = S.Effects[F].Atoms;
    for (uint32_t I = 0; I != Atoms.size(); ++I)
      if (sameAtom(X, Atoms[I]) && restsOn(X, F, I))
        return true;
    return false;
  }

  static constexpr unsigned MaxDepth = 400; // of a witness; calls nest less

  Engine &E;
  Solution &S;
  Correspondence &Ids;
  Interfaces BaseInterfaces;
  DenseMap<FuncId, FuncId> OldBody;
  DenseMap<FuncId, std::unique_ptr<FunctionResult>> AsItWas;
  DenseMap<FuncId, std::unique_ptr<Base>> Bases;
  std::vector<uint8_t> Evaluations;
  DenseSet<FuncId> Queued;
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> Work, Next;
  uint32_t Now = 0;
};

} // namespace

std::unique_ptr<Solution> resolve(Program &P, const Model &M, StringRef State,
                                  LinkInput &&Replaced) {
  TimeTraceScope Trace("resolve");
  CallGraph Graph = buildCallGraph(P, M);
  ByteReader In(State);
  std::unique_ptr<Solution> S;
  std::unique_ptr<Engine> E;
  {
    Correspondence Ids(P, In, std::move(Replaced));
    if (In.Bad)
      return nullptr;
    S = std::make_unique<Solution>(P, M);
    Fixpoint Found;
    if (!loadFixpoint(In, Ids, *S, Found))
      return nullptr;
    E = std::make_unique<Engine>(*S, std::move(Graph));
    E->Found = std::move(Found);
    Resolver(*E, Ids).run();
    S->Effects.resize(Ids.FirstReplaced);
    E->Found.resize(Ids.FirstReplaced);
  }
  E->conclude();
  return S;
}

} // namespace gfpcheck
