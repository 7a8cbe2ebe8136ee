//===- ContextSearch.cpp - In which contexts a function is reached --------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cheapest way first, from the function up. A call costs one, one through a table with many
// functions more, a guess more than any way that is none: so the first way on which a
// context is met is the one to show.
//
// The core is walked through on behalf of one filesystem or driver. ext4_evict_inode() is
// called through a table by evict(), that by iput(), and that by everybody; but who calls
// iput() in btrfs has an inode of btrfs, and never gets to ext4.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/index/ContextSearch.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"
#include <fmt/format.h>
#include <map>
#include <queue>
#include <set>

using namespace llvm;

namespace gfpcheck {

using namespace index;

namespace {
constexpr uint32_t Guess = 1 << 12;  // cost of a call that may well not go there
constexpr size_t MaxNodes = 400'000; // over more no search goes
constexpr size_t CoreTargets = 4;    // of a table between functions of the core
constexpr uint32_t SureCalls = 16;   // on a way: each may be made on a condition
constexpr size_t MaxGuards = 6;      // on which a function is visited
} // namespace

// Whether what is so in \p Strong is so in \p Weak.
static bool implies(ArrayRef<Pred> Strong, ArrayRef<Pred> Weak) {
  return llvm::all_of(Weak, [&](const Pred &Y) { return impliedBy(Strong, Y) == Truth::True; });
}

// Whether two providers are of one kind, so that objects of one are not the other's: two
// filesystems, but not a filesystem and the protocol that it uses.
bool ContextSearch::related(Text A, Text B) const {
  return X.text(A).split('/').first == X.text(B).split('/').first;
}

ContextSearch::Edge ContextSearch::classify(const Node &N, const Call &C, uint32_t Table) const {
  Edge E;
  const index::Function &To = X.Functions[N.Function], &From = X.Functions[C.Caller];
  E.Behalf = N.Behalf;
  E.Tabled = N.Tabled;
  E.Cost = 2;
  if (C.Flags & CF_Argument) {
    E.Cost = 3;
    // What is kept somewhere is called from there, later.
    E.Sure = !To.Tables.Count;
  }
  if (Table != None) {
    const Range Targets = X.Tables[Table].Targets;
    E.Cost += Targets.Count > 1 ? 1 + Log2_32(Targets.Count) / 2 : 0;
    if (From.Provider && To.Provider && From.Provider != To.Provider &&
        related(From.Provider, To.Provider)) {
      // It has functions of its own there; or it stacks on others.
      for (const Target &T : ProgramIndex::in(X.Targets, Targets))
        if (X.Functions[T.Function].Provider == From.Provider) {
          E.Possible = false;
          return E;
        }
      E.Sure = false;
    }
    // A driver on top of any filesystem (loop).
    if (X.text(From.Provider).starts_with("drivers/") && X.text(To.Provider).starts_with("fs/"))
      E.Sure = false;
    if (!To.Provider && !From.Provider && Targets.Count > CoreTargets)
      E.Sure = false;
    if (To.Provider && !From.Provider)
      E.Tabled = true;
  }
  if (From.Provider) {
    if (N.Tabled && !To.Provider && From.Provider != N.Behalf) {
      E.Possible = !related(From.Provider, N.Behalf);
      E.Sure = false;
      if (!E.Possible)
        return E;
    }
    E.Behalf = From.Provider;
    E.Tabled = false;
  }
  if (!E.Sure)
    E.Cost += Guess;
  return E;
}

// What conditions on a function's parameters are on those of one that calls it: false, they
// cannot be met. Those of which the caller decides nothing are left out.
bool ContextSearch::inCaller(ArrayRef<Pred> Conditions, const Call &C, Guard &Out) const {
  for (const Pred &X : Conditions)
    for (const Argument &A : ProgramIndex::in(this->X.Arguments, C.Arguments)) {
      if (A.Number != X.V)
        continue;
      const bool Whole = X.Mask == ~0ull;
      Pred Y = X;
      Y.V = A.Param;
      switch (Argument::Is(A.What)) {
      case Argument::Is::Constant:
        if (!evalConst(X, A.Or))
          return false;
        continue;
      case Argument::Is::Address:
        if (Whole && X.C == 0 && X.Op == PredOp::Eq)
          return false;
        continue;
      case Argument::Is::Param:
        break;
      }
      if (A.And != -1 || A.Or != 0) {
        if (X.Op != PredOp::Eq && X.Op != PredOp::Ne)
          continue;
        const uint64_t Set = uint64_t(A.Or) & X.Mask, Free = uint64_t(A.And) & X.Mask & ~Set;
        if ((uint64_t(X.C) & ~(Set | Free)) || (Set & ~uint64_t(X.C)) || !Free) {
          const bool Equal = !Free && Set == uint64_t(X.C);
          if (Equal != (X.Op == PredOp::Eq))
            return false;
          continue;
        }
        Y.Mask = Free;
        Y.C = X.C & int64_t(Free);
      }
      if (impliedBy(Out, Y) == Truth::False)
        return false;
      addFact(Out, Y);
    }
  return true;
}

template <class Fn> void ContextSearch::incoming(uint32_t Function, Fn Visit) const {
  const index::Function &F = X.Functions[Function];
  for (uint32_t C : ProgramIndex::in(X.CallerList, F.Callers))
    Visit(C, None);
  for (uint32_t T : ProgramIndex::in(X.TableList, F.Tables))
    for (uint32_t C : ProgramIndex::in(X.UserList, X.Tables[T].Users))
      Visit(C, T);
}

void ContextSearch::callers(uint32_t Function, function_ref<bool(uint32_t, uint32_t)> Visit) const {
  std::set<std::tuple<uint32_t, Text, bool>> Seen;
  std::vector<Node> Work(1);
  Work[0].Function = Function;
  Work[0].Behalf = X.Functions[Function].Provider;
  for (size_t I = 0; I != Work.size() && I != MaxNodes; ++I) {
    const Node N = Work[I];
    incoming(N.Function, [&](uint32_t C, uint32_t Table) {
      const Edge E = classify(N, X.Calls[C], Table);
      if (!E.Possible || !E.Sure || !Visit(N.Function, C))
        return;
      if (Seen.insert({X.Calls[C].Caller, E.Behalf, E.Tabled}).second) {
        Node Next;
        Next.Function = X.Calls[C].Caller;
        Next.Behalf = E.Behalf;
        Next.Tabled = E.Tabled;
        Work.push_back(Next);
      }
    });
  }
}

Reached ContextSearch::run(uint32_t Function, Range HeldHere, Range ConditionsHere,
                           uint8_t Unless) {
  Reached Out;
  std::vector<Node> Nodes;
  std::vector<std::vector<uint32_t>> OverSets{{}};
  std::map<std::vector<uint32_t>, uint32_t> OverIds{{{}, 0}};
  using Entry = std::pair<uint32_t, uint32_t>; // cost, node
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> Queue;
  DenseMap<std::pair<uint64_t, uint32_t>, SmallVector<uint32_t, 2>> Done; // guards of visits
  size_t Visited = 0;
  std::map<uint32_t, std::pair<uint32_t, size_t>> Best; // by item: cost, index in Out.Contexts
  std::set<uint32_t> Entries;

  auto IsOver = [&](uint32_t Over, uint32_t Item) {
    return llvm::is_contained(OverSets[Over], Item);
  };
  auto Add = [&](ReachedIn R, uint32_t Node, uint32_t FirstCall, uint32_t Cost) {
    auto [It, New] = Best.try_emplace(R.Item, Cost, Out.Contexts.size());
    if (!New && It->second.first <= Cost)
      return;
    It->second.first = Cost;
    if (FirstCall != None)
      R.Way.push_back(FirstCall);
    for (uint32_t N = Node; N != None && Nodes[N].Call != None; N = Nodes[N].Parent)
      R.Way.push_back(Nodes[N].Call);
    if (New)
      Out.Contexts.push_back(std::move(R));
    else
      Out.Contexts[It->second.second] = std::move(R);
  };
  // What is held where a function calls the next one on the way.
  auto AddHeld = [&](uint32_t In, Range List, uint32_t Over, uint32_t Node, uint32_t FirstCall,
                     uint32_t Cost, bool Sure) {
    for (uint32_t I = List.First; I != List.First + List.Count; ++I) {
      const Held &H = X.HeldList[I];
      if ((H.Flags & HF_Ended) || IsOver(Over, H.Item))
        continue;
      ReachedIn R;
      R.Item = H.Item;
      R.Function = In;
      R.Held = I;
      // Who is handed a context may be so in a scope that began with it, or be handed NULL:
      // where it begins is on the way, too.
      const bool Certain = (H.Flags & HF_Sure) && !(H.Flags & HF_AtEntry);
      R.Sure = Sure && Certain;
      Add(std::move(R), Node, FirstCall, Cost + (Certain ? 0 : Guess));
    }
  };
  auto OverAfter = [&](uint32_t Over, Range List) {
    std::vector<uint32_t> Set = OverSets[Over];
    for (const Held &H : ProgramIndex::in(X.HeldList, List))
      if (H.Flags & HF_Ended)
        Set.push_back(H.Item);
    if (Set.size() == OverSets[Over].size())
      return Over;
    llvm::sort(Set);
    Set.erase(llvm::unique(Set), Set.end());
    auto [It, New] = OverIds.try_emplace(Set, OverSets.size());
    if (New)
      OverSets.push_back(Set);
    return It->second;
  };
  std::vector<Guard> Guards{{}};
  std::map<std::vector<Pred>, uint32_t> GuardIds{{{}, 0}};
  auto GuardId = [&](const Guard &G) {
    auto [It, New] = GuardIds.try_emplace(std::vector<Pred>(G.begin(), G.end()), Guards.size());
    if (New)
      Guards.push_back(G);
    return It->second;
  };
  auto KeyOf = [](const Node &N) {
    return std::pair(uint64_t(N.Function) << 32 | N.Behalf, N.Over << 1 | uint32_t(N.Tabled));
  };
  auto Enter = [&](Node N) {
    Nodes.push_back(N);
    Queue.push({N.Cost, uint32_t(Nodes.size() - 1)});
  };

  Node First;
  First.Function = Function;
  First.Behalf = X.Functions[Function].Provider;
  First.Over = OverAfter(0, HeldHere);
  Guard Here;
  for (const Pred &C : ProgramIndex::in(X.Conditions, ConditionsHere))
    addFact(Here, C);
  First.Only = GuardId(Here);
  AddHeld(Function, HeldHere, 0, None, None, 0, true);
  Enter(First);
  while (!Queue.empty()) {
    const uint32_t Index = Queue.top().second;
    Queue.pop();
    Node N = Nodes[Index];
    // On weaker conditions it was visited before; on many, all that differ go as one with none.
    auto &Before = Done[KeyOf(N)];
    if (llvm::any_of(Before, [&](uint32_t G) { return implies(Guards[N.Only], Guards[G]); }))
      continue;
    if (Before.size() == MaxGuards)
      N.Only = 0;
    Before.push_back(N.Only);
    if (++Visited > MaxNodes) {
      Out.Everything = false;
      break;
    }
    const index::Function &F = X.Functions[N.Function];
    for (uint32_t I = F.Roots.First; I != F.Roots.First + F.Roots.Count; ++I) {
      const uint32_t Item = X.Roots[I].Item;
      if (Item != None && IsOver(N.Over, Item))
        continue;
      ReachedIn R;
      R.Item = Item;
      R.Function = N.Function;
      R.Root = I;
      R.Sure = N.Sure;
      Add(std::move(R), Index, None, N.Cost);
    }
    if (F.Entry && !F.Roots.Count && Entries.insert(N.Function).second)
      Out.Entries.push_back(N.Function);
    incoming(N.Function, [&](uint32_t C, uint32_t Table) {
      const Call &Site = X.Calls[C];
      if (Unless && (Site.Prevents & Unless) == Unless)
        return;
      const Edge E = classify(N, Site, Table);
      if (!E.Possible)
        return;
      Guard Only;
      for (const Pred &Y : ProgramIndex::in(X.Conditions, Site.Conditions))
        addFact(Only, Y);
      if (!(Site.Flags & CF_Argument) && !inCaller(Guards[N.Only], Site, Only))
        return;
      Node Next;
      Next.Function = Site.Caller;
      Next.Behalf = E.Behalf;
      Next.Tabled = E.Tabled;
      Next.Only = GuardId(Only);
      Next.Parent = Index;
      Next.Call = C;
      const bool Scoped = Unless && (Site.Perhaps & Unless) == Unless;
      Next.Calls = N.Calls + 1;
      Next.Cost = N.Cost + E.Cost + (Scoped ? Guess : 0);
      Next.Sure = N.Sure && E.Sure && !Scoped && Next.Calls <= SureCalls;
      Next.Over = OverAfter(N.Over, Site.Held);
      AddHeld(Site.Caller, Site.Held, N.Over, Index, C, Next.Cost, Next.Sure);
      Enter(Next);
    });
  }
  std::vector<std::pair<uint32_t, size_t>> Ranked;
  for (const auto &[Item, At] : Best)
    Ranked.push_back(At);
  llvm::sort(Ranked);
  std::vector<ReachedIn> Sorted;
  for (auto [Cost, At] : Ranked)
    Sorted.push_back(std::move(Out.Contexts[At]));
  Out.Contexts = std::move(Sorted);
  return Out;
}

std::string ContextSearch::name(uint32_t I) const {
  const Item &T = X.Items[I];
  std::string Out = X.text(T.Phrase).str();
  if (T.Class)
    Out += " " + X.text(T.Class).str();
  return Out;
}

std::vector<gfpcheck::Step> ContextSearch::describe(const ReachedIn &R) const {
  std::vector<gfpcheck::Step> Out;
  auto At = [&](StepKind K, uint32_t F, uint32_t Line, std::string Text) {
    gfpcheck::Step S;
    S.Kind = K;
    S.File = X.text(X.Functions[F].File).str();
    S.Line = Line;
    S.Function = X.name(F).str();
    S.Text = std::move(Text);
    Out.push_back(std::move(S));
  };
  if (R.Root != None) {
    const index::Root &T = X.Roots[R.Root];
    std::string Text = "entered as " + X.text(T.Phrase).str();
    if (T.File)
      Text += fmt::format(", registered at {}:{}", X.text(T.File).str(), T.Line);
    At(StepKind::Entry, R.Function, X.Functions[R.Function].Line, Text);
  } else {
    const Held &H = X.HeldList[R.Held];
    const std::string By = X.text(H.By).str();
    if (H.Flags & HF_AtEntry)
      At(StepKind::Entry, R.Function, H.Line, "is handed it: " + name(R.Item));
    else
      At(StepKind::Lock, R.Function, H.Line,
         (X.Items[R.Item].Named ? "takes " : "begins ") + name(R.Item) +
             (By.empty() ? "" : " (" + By + ")"));
  }
  for (size_t I = 0; I != R.Way.size(); ++I) {
    const Call &C = X.Calls[R.Way[I]];
    // Whom the call leads to on this way is who makes the next one.
    std::string Callee;
    if (I + 1 != R.Way.size())
      Callee = X.name(X.Calls[R.Way[I + 1]].Caller).str();
    else if (!(C.Flags & CF_Indirect))
      Callee = X.name(C.Callee).str();
    std::string Text;
    if (C.Flags & CF_Indirect) {
      const Table &T = X.Tables[C.Callee];
      Text = Callee.empty() ? "calls through " + X.text(T.Name).str()
                            : fmt::format("calls {}() through {}, one of {} functions it is set to",
                                          Callee, X.text(T.Name).str(), T.Targets.Count);
      if (T.Targets.Count == 1 && !Callee.empty())
        Text = fmt::format("calls {}() through {}, the only function it is set to", Callee,
                           X.text(T.Name).str());
    } else {
      Text = (C.Flags & CF_Argument) ? fmt::format("passes {}() on, to be called", Callee)
                                     : fmt::format("calls {}()", Callee);
    }
    At(C.Flags & CF_Indirect ? StepKind::Indirect : StepKind::Call, C.Caller, C.Line, Text);
  }
  return Out;
}

} // namespace gfpcheck
