//===- ScopePlan.cpp - Where scopes would do instead of masks -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the uses up over all calls that are not made in a scope: the functions in which what
// the masks protect begins are the sources, the uses' own the sinks, and every function of the
// filesystem on a way between is a place for a scope. The fewest such that no way is left are a
// vertex cut. The core's functions are not to be changed.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/audit/ScopePlan.h"
#include "gfpcheck/audit/VertexCut.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <map>

using namespace llvm;

namespace gfpcheck {

using namespace index;

namespace {

class Planner {
public:
  Planner(const ProgramIndex &X, AtomKind Level, ArrayRef<MaskUse> Uses)
      : X(X), Level(Level), Uses(Uses), Search(X) {}

  ScopePlan plan(Text Provider, ArrayRef<size_t> Of) {
    ScopePlan Out;
    Out.Provider = X.text(Provider).str();
    for (size_t I : Of)
      for (uint32_t Item : Uses[I].Items)
        Needs.insert(Item);
    for (size_t I : Of)
      climb(X.Allocations[Uses[I].Allocation]);
    VertexCut Cut(Functions.size());
    for (auto [From, To] : Edges)
      Cut.addEdge(From, To);
    for (uint32_t V : Sources)
      Cut.addSource(V);
    for (size_t I : Of)
      Cut.addSink(vertex(X.Allocations[Uses[I].Allocation].Function));
    for (uint32_t V = 0; V != Functions.size(); ++V)
      if (X.Functions[Functions[V]].Provider != Provider)
        Cut.keep(V);
    const auto Chosen = Cut.solve();
    if (!Chosen)
      return Out;
    DenseSet<size_t> Covered;
    for (uint32_t V : *Chosen) {
      ScopePlace P = place(Functions[V], Of);
      Covered.insert(P.Uses.begin(), P.Uses.end());
      Out.Places.push_back(std::move(P));
    }
    Out.Covered = Covered.size();
    llvm::stable_sort(Out.Places, [](const ScopePlace &A, const ScopePlace &B) {
      return A.Uses.size() > B.Uses.size();
    });
    return Out;
  }

private:
  uint32_t vertex(uint32_t Function) {
    auto [It, New] = Vertices.try_emplace(Function, Functions.size());
    if (New)
      Functions.push_back(Function);
    return It->second;
  }

  bool needed(Range List) const {
    return llvm::any_of(ProgramIndex::in(X.HeldList, List), [&](const Held &H) {
      return !(H.Flags & (HF_Ended | HF_AtEntry)) && (H.Flags & HF_Sure) && Needs.contains(H.Item);
    });
  }

  void enter(uint32_t Function) {
    const uint32_t V = vertex(Function);
    if (llvm::any_of(ProgramIndex::in(X.Roots, X.Functions[Function].Roots),
                     [&](const index::Root &R) { return Needs.contains(R.Item); }))
      Sources.insert(V);
  }

  // All ways up from a use.
  void climb(const Allocation &A) {
    enter(A.Function);
    if (needed(A.Held))
      Sources.insert(vertex(A.Function));
    if (!Climbed.insert(A.Function).second)
      return;
    Search.callers(A.Function, [&](uint32_t Callee, uint32_t Id) {
      const Call &C = X.Calls[Id];
      if (((C.Prevents | C.Perhaps) >> unsigned(Level) & 1))
        return false;
      enter(C.Caller);
      Edges.insert({vertex(C.Caller), vertex(Callee)});
      if (needed(C.Held))
        Sources.insert(vertex(C.Caller));
      return true;
    });
  }

  // Functions of one provider that are reached from one of them, and that.
  DenseSet<uint32_t> below(uint32_t Top) const {
    DenseSet<uint32_t> Seen{Top};
    std::vector<uint32_t> Work{Top};
    for (size_t I = 0; I != Work.size(); ++I)
      for (const Call &C : ProgramIndex::in(X.Calls, X.Functions[Work[I]].Calls))
        for (uint32_t T : X.callees(C))
          if (X.Functions[T].Provider == X.Functions[Top].Provider && Seen.insert(T).second)
            Work.push_back(T);
    return Seen;
  }

  ScopePlace place(uint32_t Function, ArrayRef<size_t> Of) const {
    ScopePlace Out;
    Out.Function = Function;
    const DenseSet<uint32_t> Inside = below(Function);
    Out.OwnOnly = true;
    for (size_t I : Of) {
      const uint32_t F = X.Allocations[Uses[I].Allocation].Function;
      if (!Inside.contains(F))
        continue;
      Out.Uses.push_back(I);
      Out.OwnOnly &= F == Function;
    }
    for (const Queued &Q : X.QueuedList) {
      if (!Inside.contains(Q.Function) || Inside.contains(Q.Runs) ||
          X.Functions[Q.Runs].Provider != X.Functions[Function].Provider)
        continue;
      const DenseSet<uint32_t> Run = below(Q.Runs);
      ScopeLoss L{Q.Function, Q.Line, Q.Runs, 0};
      for (size_t I : Of)
        L.Uses += Run.contains(X.Allocations[Uses[I].Allocation].Function);
      const bool Known = llvm::any_of(
          Out.Lost, [&](const ScopeLoss &O) { return O.Runs == L.Runs && O.Queues == L.Queues; });
      if (L.Uses && !Known)
        Out.Lost.push_back(L);
    }
    return Out;
  }

  const ProgramIndex &X;
  const AtomKind Level;
  const ArrayRef<MaskUse> Uses;
  ContextSearch Search;
  DenseSet<uint32_t> Needs; // items
  DenseSet<uint32_t> Climbed;
  DenseMap<uint32_t, uint32_t> Vertices;
  std::vector<uint32_t> Functions; // by vertex
  DenseSet<std::pair<uint32_t, uint32_t>> Edges;
  DenseSet<uint32_t> Sources;
};

} // namespace

std::vector<ScopePlan> planScopes(const ProgramIndex &X, AuditKind Kind, ArrayRef<MaskUse> Uses) {
  std::map<StringRef, std::pair<Text, std::vector<size_t>>> By;
  for (size_t I = 0; I != Uses.size(); ++I) {
    const Text Provider = X.Functions[X.Allocations[Uses[I].Allocation].Function].Provider;
    if (Uses[I].TheVerdict != Verdict::Protects || !Provider)
      continue;
    auto &Entry = By[X.text(Provider)];
    Entry.first = Provider;
    Entry.second.push_back(I);
  }
  const AtomKind Level = Kind == AuditKind::NoIo ? AtomKind::Io : AtomKind::Fs;
  std::vector<ScopePlan> Out;
  for (const auto &[Name, Entry] : By)
    Out.push_back(Planner(X, Level, Uses).plan(Entry.first, Entry.second));
  return Out;
}

} // namespace gfpcheck
