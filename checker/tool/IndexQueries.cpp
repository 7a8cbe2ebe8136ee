//===- IndexQueries.cpp - Questions about functions -----------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/query.md. Each question is answered for all functions of the name.
//
//===----------------------------------------------------------------------===//

#include "IndexQueries.h"
#include "gfpcheck/driver/Session.h"
#include "gfpcheck/index/ContextSearch.h"
#include "gfpcheck/index/Masks.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>
#include <set>

using namespace llvm;

namespace gfpcheck {

using namespace index;

namespace {

constexpr size_t ShownEntries = 3;

class Query {
public:
  Query(const ProgramIndex &X, std::optional<uint32_t> Line, ArrayRef<Finding> Findings)
      : X(X), Line(Line), Findings(Findings), Search(X), Bits(X) {}

  void callers(uint32_t F) {
    for (uint32_t C : ProgramIndex::in(X.CallerList, X.Functions[F].Callers))
      if (!(X.Calls[C].Flags & CF_Variant))
        addCall(C, F, None);
    for (uint32_t T : ProgramIndex::in(X.TableList, X.Functions[F].Tables)) {
      for (uint32_t I = 0; I != X.Tables[T].Targets.Count; ++I)
        if (const Target &Put = X.Targets[X.Tables[T].Targets.First + I]; Put.Function == F)
          addTarget(T, Put);
      for (uint32_t C : ProgramIndex::in(X.UserList, X.Tables[T].Users))
        if (!(X.Calls[C].Flags & CF_Variant))
          addCall(C, F, T);
    }
  }

  void callees(uint32_t F) {
    for (uint32_t C = 0; C != X.Functions[F].Calls.Count; ++C) {
      const uint32_t Id = X.Functions[F].Calls.First + C;
      const Call &Site = X.Calls[Id];
      if ((Line && Site.Line != *Line) || (Site.Flags & CF_Variant))
        continue;
      if (!(Site.Flags & CF_Indirect)) {
        addCall(Id, Site.Callee, None);
        continue;
      }
      for (uint32_t T : X.callees(Site))
        addCall(Id, T, Site.Callee);
    }
  }

  // What an indirect call resolves to, and on what evidence.
  void targets(uint32_t F) {
    std::set<std::pair<uint32_t, uint32_t>> Seen; // line, table
    for (const Call &C : ProgramIndex::in(X.Calls, X.Functions[F].Calls))
      if ((C.Flags & CF_Indirect) && (!Line || C.Line == *Line) &&
          Seen.insert({C.Line, C.Callee}).second) {
        const Table &T = X.Tables[C.Callee];
        Fact Head;
        Head.Text = fmt::format("{}:{}: {}() calls through {}, which {}", file(F), C.Line,
                                X.name(F).str(), X.text(T.Name).str(),
                                T.Targets.Count == 0 ? "nothing is put in that was seen"
                                : T.Targets.Count == 1
                                    ? "is set to one function"
                                    : fmt::format("is set to {} functions", T.Targets.Count));
        Head.Fields = {{"file", file(F)},
                       {"line", int64_t(C.Line)},
                       {"function", X.name(F).str()},
                       {"through", X.text(T.Name).str()},
                       {"targets", int64_t(T.Targets.Count)}};
        Out.push_back(std::move(Head));
        for (const Target &Put : ProgramIndex::in(X.Targets, T.Targets))
          addTarget(C.Callee, Put);
      }
  }

  void contexts(uint32_t F) {
    const Reached R = Search.run(F, heldAt(F), {}, 0);
    for (const ReachedIn &C : R.Contexts)
      if (C.Item != None)
        Out.push_back(contextFact(F, C, ""));
    addEntries(F, R);
    addScopes(F);
  }

  void gfp(uint32_t F) {
    const Reached R = Search.run(F, {}, {}, 0);
    forAllocations(F, [&](uint32_t Id, const Allocation &A) {
      if (!A.Variant)
        for (const GivenMask &G : givenMasks(X, Id))
          addMask(F, A, G, R);
    });
  }

  void why(uint32_t F) {
    std::set<std::pair<uint32_t, Text>> Seen; // a call has several masks
    forAllocations(F, [&](uint32_t Id, const Allocation &A) {
      if (Seen.insert({A.Line, A.Name}).second)
        addWhy(F, Id, A);
    });
  }

  std::vector<Fact> Out;

private:
  std::string file(uint32_t F) const { return X.text(X.Functions[F].File).str(); }

  static std::string evidence(const Call &C, const std::string &Table, uint32_t Targets) {
    if (C.Flags & CF_Argument)
      return "passed as an argument";
    if (!(C.Flags & CF_Indirect))
      return "direct call";
    return Targets == 1
               ? fmt::format("through {}, the only function it is set to", Table)
               : fmt::format("through {}, one of {} functions it is set to", Table, Targets);
  }

  void addCall(uint32_t Id, uint32_t Callee, uint32_t T) {
    const Call &C = X.Calls[Id];
    const std::string Through = T == None ? "" : X.text(X.Tables[T].Name).str();
    const std::string Why = evidence(C, Through, T == None ? 1 : X.Tables[T].Targets.Count);
    Fact Y;
    Y.Text = fmt::format("{}:{}: {}() calls {}(): {}", file(C.Caller), C.Line,
                         X.name(C.Caller).str(), X.name(Callee).str(), Why);
    Y.Fields = {{"file", file(C.Caller)},
                {"line", int64_t(C.Line)},
                {"caller", X.name(C.Caller).str()},
                {"callee", X.name(Callee).str()},
                {"evidence", Why}};
    if (T != None)
      Y.Fields.push_back({"through", Through});
    // On some paths in these contexts, on others in those.
    std::vector<std::string> In;
    for (uint32_t V = Id; V == Id || (V != X.Calls.size() && (X.Calls[V].Flags & CF_Variant));
         ++V) {
      std::vector<std::string> Held;
      for (const index::Held &H : ProgramIndex::in(X.HeldList, X.Calls[V].Held))
        if (!(H.Flags & HF_Ended))
          Held.push_back(Search.name(H.Item));
      In.push_back(Held.empty() ? "no context of its own" : join(Held, ", "));
    }
    if (In.size() > 1 || X.Calls[Id].Held.Count)
      Y.Text += "; in " + join(In, ", or in ");
    Y.Fields.push_back({"in", In});
    Out.push_back(std::move(Y));
  }

  void addTarget(uint32_t T, const Target &Put) {
    const std::string Owner = X.text(Put.Owner).str(), Name = X.name(Put.Function).str();
    std::string Why;
    switch (index::Put(Put.How)) {
    case Put::Initialiser:
      Why = fmt::format("initialiser of {}", Owner);
      break;
    case Put::Store:
      Why = fmt::format("stored by {}()", Owner);
      break;
    case Put::Argument:
      Why = fmt::format("passed on by {}() to a function that stores it", Owner);
      break;
    case Put::Elsewhere:
      Why = "reaches it by a way that is not kept";
      break;
    }
    Fact Y;
    Y.Text = fmt::format("  {}() ({}:{}) is in {}: {}", Name, file(Put.Function),
                         X.Functions[Put.Function].Line, X.text(X.Tables[T].Name).str(), Why);
    if (Put.Line)
      Y.Text += fmt::format(", {}:{}", X.text(Put.File).str(), Put.Line);
    Y.Fields = {{"target", Name},
                {"file", file(Put.Function)},
                {"line", int64_t(X.Functions[Put.Function].Line)},
                {"through", X.text(X.Tables[T].Name).str()},
                {"evidence", Why},
                {"evidence_file", X.text(Put.File).str()},
                {"evidence_line", int64_t(Put.Line)}};
    Out.push_back(std::move(Y));
  }

  // What is held at the calls of the line that was asked about.
  Range heldAt(uint32_t F) const {
    if (!Line)
      return {};
    for (const Call &C : ProgramIndex::in(X.Calls, X.Functions[F].Calls))
      if (C.Line == *Line && C.Held.Count)
        return C.Held;
    return {};
  }

  Fact contextFact(uint32_t F, const ReachedIn &C, const std::string &Prefix) const {
    const Item &I = X.Items[C.Item];
    static const char *const Classes[] = {"atomic", "scope", "holder", "lock"};
    Fact Y;
    Y.Text = fmt::format("{}{}: {}{}", Prefix, Search.name(C.Item),
                         C.Function == F && C.Way.empty()
                             ? fmt::format("begins in {}() itself", X.name(F).str())
                             : fmt::format("from {}()", X.name(C.Function).str()),
                         C.Sure ? "" : ", perhaps");
    Y.Fields = {{"context", Search.name(C.Item)},
                {"class", std::string(Classes[I.Kind])},
                {"from", X.name(C.Function).str()},
                {"sure", C.Sure}};
    Path P;
    P.Title = "by the shortest way";
    P.Steps = Search.describe(C);
    Y.Paths.push_back(std::move(P));
    return Y;
  }

  void addEntries(uint32_t F, const Reached &R) {
    std::vector<std::string> Names;
    for (const ReachedIn &C : R.Contexts)
      if (C.Item == None)
        Names.push_back(X.text(X.Roots[C.Root].Phrase).str() + " " + X.name(C.Function).str());
    for (uint32_t E : R.Entries)
      Names.push_back(X.name(E).str());
    if (Names.empty() && R.Everything)
      return;
    Fact Y;
    std::vector<std::string> Shown(Names.begin(),
                                   Names.begin() + std::min(Names.size(), ShownEntries));
    Y.Text = fmt::format("in a task, from {} function{} that nobody calls{}{}", Names.size(),
                         Names.size() == 1 ? "" : "s",
                         Shown.empty() ? "" : ": " + join(Shown, "(), ") + "()",
                         Names.size() > Shown.size() ? " …" : "");
    if (!R.Everything)
      Y.Text += "; there are more ways than were looked at";
    Y.Fields = {{"context", std::string("task")},
                {"class", std::string("task")},
                {"entries", Names},
                {"complete", R.Everything}};
    Out.push_back(std::move(Y));
  }

  // From which levels of reclaim a scope keeps whatever is called here, on all paths.
  uint8_t alwaysPrevented(uint32_t F) const {
    uint8_t Prevented = 0;
    for (AtomKind K : {AtomKind::Reclaim, AtomKind::Io, AtomKind::Fs})
      if (!(X.Functions[F].Exposed >> unsigned(K) & 1))
        Prevented |= 1 << unsigned(K);
    return Prevented;
  }

  void addScopes(uint32_t F) {
    const uint8_t Prevented = alwaysPrevented(F);
    if (!Prevented)
      return;
    Fact Y;
    Y.Text = fmt::format("always in a scope that clears {}", X.flagNames(Bits.cleared(Prevented)));
    Y.Fields = {{"context", std::string("always in scope")},
                {"class", std::string("scope")},
                {"clears", X.flagNames(Bits.cleared(Prevented))}};
    Out.push_back(std::move(Y));
  }

  template <class Fn> void forAllocations(uint32_t F, Fn Do) {
    const Range R = X.Functions[F].Allocations;
    for (uint32_t I = R.First; I != R.First + R.Count; ++I)
      if (!Line || X.Allocations[I].Line == *Line)
        Do(I, X.Allocations[I]);
  }

  std::string place(const Allocation &A) const {
    return fmt::format("{}:{}", file(A.Function), A.Line);
  }

  void addMask(uint32_t F, const Allocation &A, const GivenMask &G, const Reached &R) {
    Fact Y;
    const std::string Given = G.Mask ? X.flagNames(*G.Mask) : "a mask that is not known here";
    Y.Text = fmt::format("{}: {}() is given {}", place(A), X.text(A.Name).str(), Given);
    const Allocation &Giver = X.Allocations[G.Giver];
    if (!G.Way.empty())
      Y.Text += fmt::format(" by {}() at {}", X.name(Giver.Function).str(), place(Giver));
    Y.Fields = {{"file", file(F)},
                {"line", int64_t(A.Line)},
                {"function", X.name(F).str()},
                {"allocator", X.text(A.Name).str()},
                {"given", Given},
                {"given_by", X.name(Giver.Function).str()}};
    // What becomes of it in the scopes it is reached in.
    std::vector<std::string> Effective;
    const uint8_t Always = alwaysPrevented(F) | A.Prevents;
    auto In = [&](uint8_t Prevents, const std::string &Where) {
      const uint64_t Left = *G.Mask & ~Bits.cleared(Prevents);
      Effective.push_back(fmt::format("{}: {}", Where, X.flagNames(Left)));
    };
    if (G.Mask) {
      In(Always, Always ? "always in scope" : "outside of scopes");
      for (const ReachedIn &C : R.Contexts)
        if (C.Item != None && X.Items[C.Item].Kind == uint8_t(ContextClass::Scope) &&
            (*G.Mask & Bits.cleared(X.Items[C.Item].Prevents & ~Always)))
          In(Always | X.Items[C.Item].Prevents,
             fmt::format("in {} from {}()", Search.name(C.Item), X.name(C.Function).str()));
    }
    if (Effective.size() > 1 || Always)
      Y.Text += "; effective " + join(Effective, ", ");
    Y.Fields.push_back({"effective", Effective});
    if (!G.Way.empty()) {
      Path P;
      P.Title = "how it is passed on";
      for (uint32_t I : llvm::concat<const uint32_t>(ArrayRef(G.Giver), ArrayRef(G.Way)))
        P.Steps.push_back({StepKind::Call, file(X.Allocations[I].Function), X.Allocations[I].Line,
                           X.name(X.Allocations[I].Function).str(),
                           fmt::format("calls {}()", X.text(X.Allocations[I].Name).str())});
      Y.Paths.push_back(std::move(P));
    }
    Out.push_back(std::move(Y));
  }

  // Findings on whose ways the allocation is.
  std::vector<const Finding *> findingsAt(const Allocation &A) const {
    std::vector<const Finding *> Found;
    const std::string File = file(A.Function);
    for (const Finding &F : Findings)
      if ((F.File == File && F.Line == A.Line) || llvm::any_of(F.Paths, [&](const Path &P) {
            return llvm::any_of(P.Steps, [&](const gfpcheck::Step &S) {
              return S.Line == A.Line && S.File == File;
            });
          }))
        Found.push_back(&F);
    return Found;
  }

  void addWhy(uint32_t F, uint32_t Id, const Allocation &A) {
    const std::vector<const Finding *> Found = findingsAt(A);
    const std::string Head = fmt::format("{}: {}()", place(A), X.text(A.Name).str());
    auto Say = [&](const std::string &Text, bool Reported, std::string Id = "",
                   std::vector<Path> Paths = {}) {
      Fact Y;
      Y.Text = Head + ": " + Text;
      Y.Fields = {{"file", file(F)},
                  {"line", int64_t(A.Line)},
                  {"function", X.name(F).str()},
                  {"allocator", X.text(A.Name).str()},
                  {"reported", Reported},
                  {"finding", std::move(Id)}};
      Y.Paths = std::move(Paths);
      Out.push_back(std::move(Y));
    };
    for (const Finding *R : Found)
      Say(fmt::format("reported as {} ({}, {} confidence): {}", R->Id, R->Check,
                      confidenceName(R->Conf), R->Message),
          true, R->Id, R->Paths);
    if (!Found.empty())
      return;
    std::string Masks;
    uint64_t Any = 0;
    for (const GivenMask &G : givenMasks(X, Id)) {
      Masks += (Masks.empty() ? "" : " or ") + (G.Mask ? X.flagNames(*G.Mask) : "an unknown mask");
      Any |= G.Mask.value_or(Bits.Direct | Bits.Io | Bits.Fs);
    }
    if (!(Any & Bits.Direct))
      return Say(fmt::format("not reported: with {} it neither sleeps nor enters reclaim", Masks),
                 false);
    if (!A.Reclaims)
      return Say("not reported: no way from it into reclaim with that mask is known", false);
    if (X.Functions[F].BootOnly)
      return Say("not reported: it runs only while the kernel boots or a module loads", false);
    const uint8_t Always = alwaysPrevented(F) | A.Prevents;
    const uint64_t Left = Any & ~Bits.cleared(Always);
    std::string Why = Always ? fmt::format("with {}, of which scopes leave {} on every path", Masks,
                                           X.flagNames(Left))
                             : "with " + Masks;
    bool Said = false;
    for (const ReachedIn &C : Search.run(F, A.Held, A.Conditions, 0).Contexts) {
      const std::string Need = needs(C, Left);
      if (Need.empty())
        continue;
      Said = true;
      Path P;
      P.Title = "by the shortest way";
      P.Steps = Search.describe(C);
      Say(fmt::format("{} it is {}reached in {} from {}(), where {}; not reported: {}", Why,
                      C.Sure ? "" : "perhaps ", Search.name(C.Item), X.name(C.Function).str(), Need,
                      C.Sure ? "conditions on the ways there exclude it, or a scope on some "
                               "of them, or what is above it on them is reported instead"
                             : "the way is a guess"),
          false, "", {std::move(P)});
    }
    if (!Said)
      Say(fmt::format("not reported: {} it is reached in no context that is known to forbid it",
                      Why),
          false);
  }

  // Why a mask with these bits would be wrong in a context; "": it would not be.
  std::string needs(const ReachedIn &C, uint64_t Mask) const {
    if (C.Item == None)
      return "";
    const Item &I = X.Items[C.Item];
    auto Bit = [&](AtomKind K) {
      return K == AtomKind::Fs ? Bits.Fs : K == AtomKind::Io ? Bits.Io : Bits.Direct;
    };
    switch (ContextClass(I.Kind)) {
    case ContextClass::Scope:
      return "";
    case ContextClass::Atomic:
      return (Mask & Bits.Direct) ? "it must not sleep" : "";
    case ContextClass::Holder:
      return (Mask & Bits.Direct) && (Mask & Bit(AtomKind(I.Forbids)))
                 ? "reclaim may need " + X.text(I.Needs).str()
                 : "";
    case ContextClass::Lock:
      break;
    }
    for (const index::ReclaimLock &R : X.ReclaimLocks)
      if (I.ClassKey && R.ClassKey == I.ClassKey && (Mask & Bits.Direct) &&
          (Mask & Bit(AtomKind(R.Level))))
        return "reclaim waits for the lock";
    return "";
  }

  const ProgramIndex &X;
  const std::optional<uint32_t> Line;
  const ArrayRef<Finding> Findings;
  ContextSearch Search;
  const ReclaimBits Bits;
};

struct Question {
  StringRef Name;
  void (Query::*Ask)(uint32_t);
  const char *Nothing; // what is missing if there is no answer
};

const Question Questions[] = {
    {"contexts", &Query::contexts, "is reached in no known context, and from nowhere"},
    {"gfp", &Query::gfp, "calls nothing that is given a GFP mask"},
    {"callers", &Query::callers, "is called by nobody who was seen"},
    {"callees", &Query::callees, "calls nothing that has a body"},
    {"targets", &Query::targets, "calls nothing through a pointer"},
    {"why", &Query::why, "calls nothing that is given a GFP mask"},
};

// "a, b or c": functions whose names begin like \p Name.
std::string nearest(const ProgramIndex &X, StringRef Name) {
  std::vector<std::pair<unsigned, StringRef>> Ranked;
  for (const index::Function &F : X.Functions) {
    const StringRef Other = X.text(F.Name);
    if (Ranked.empty() || Ranked.back().second != Other)
      if (const unsigned D = Name.edit_distance(Other, true, 4); D < 4)
        Ranked.push_back({D, Other});
  }
  llvm::sort(Ranked);
  std::vector<std::string> Out;
  for (const auto &[Distance, Other] : ArrayRef(Ranked).take_front(3))
    Out.push_back(Other.str());
  return join(Out, " or ");
}

} // namespace

bool isIndexQuery(StringRef Name) {
  return llvm::any_of(Questions, [&](const Question &Q) { return Q.Name == Name; });
}

Expected<FactReport> answerQuery(const ProgramIndex &X, StringRef Name, StringRef Where,
                                 ArrayRef<Finding> Findings) {
  const Question &Q = *llvm::find_if(Questions, [&](const Question &Q) { return Q.Name == Name; });
  auto [Func, LineText] = Where.split(':');
  Func.consume_back("()");
  std::optional<uint32_t> Line;
  if (uint32_t N; Where.contains(':')) {
    if (LineText.getAsInteger(10, N) || !N)
      return error("{0}: what follows the function's name must be the number of a line", Where);
    Line = N;
  }
  const Range R = X.named(Func);
  if (!R.Count) {
    const std::string Near = nearest(X, Func);
    return error("{0}: no unit that was analysed has a function of that name{1}{2}{3}", Func,
                 Near.empty() ? "" : " (did you mean ", Near, Near.empty() ? "" : "?)");
  }
  FactReport Out;
  Out.Question = Name.str();
  for (uint32_t F = R.First; F != R.First + R.Count; ++F) {
    Query Asked(X, Line, Findings);
    (Asked.*Q.Ask)(F);
    for (Fact &Y : Asked.Out)
      Out.Facts.push_back(std::move(Y));
  }
  if (!Out.Facts.empty())
    return Out;
  if (Line)
    return error("{0}() has nothing on line {1} that this is about; leave the line out to see all",
                 Func, *Line);
  Out.Summary.push_back(fmt::format("{}() {}", Func.str(), Q.Nothing));
  return Out;
}

} // namespace gfpcheck
