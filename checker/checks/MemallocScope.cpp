//===- MemallocScope.cpp - Allocation scopes that are not balanced ---------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/checks/memalloc-scope.md. The solver has found what is wrong (ScopeFault); this file
// says so.
//
//===----------------------------------------------------------------------===//

#include "Tier.h"
#include "Witness.h"
#include "gfpcheck/checks/Check.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

using Kind = ScopeFault::Kind;

class Reporter {
public:
  Reporter(const Solution &S, const ScopeFault &X)
      : S(S), X(X), Begins(X.Begin == ~0u ? "" : callName(S, X.Func, X.Begin)) {}

  Finding report() const {
    Finding F = findingAt(S, "memalloc-scope", X.Func, X.Where);
    tier().apply(F);
    F.Id = fingerprint({F.Check, F.Function, F.File, kindName(X.What), id(), id(X.Other),
                        lockClassName(S.P, X.Member), Begins, which(X.Begin),
                        callName(S, X.Func, X.Where), which(X.Where)});
    Path Way;
    Way.Title = "from where the scope begins to what is wrong";
    if (X.Begin != ~0u)
      Way.Steps.push_back(step(StepKind::Scope, X.Begin, beginText()));
    switch (X.What) {
    case Kind::LeftOpen:
      F.Message = fmt::format("{}() returns with {} open: {}", F.Function, phrase(), whyLost());
      F.Fix = fix();
      if (X.Branch) {
        Step Past =
            step(StepKind::Guard, X.Where, fmt::format("a branch here leads past {}", end()));
        Past.Line = X.Branch;
        Way.Steps.push_back(std::move(Past));
      }
      Way.Steps.push_back(step(StepKind::Scope, X.Where,
                               X.Object.empty() ? "returns with the scope open"
                                                : "stores its token to " + X.Object));
      break;
    case Kind::Leaks:
      F.Message =
          fmt::format("{}() is a work item that leaves its worker in {}, in which it goes on "
                      "with other work",
                      F.Function, phrase());
      F.Fix = fmt::format("end the scope before {}() returns", F.Function);
      addWay(Way);
      break;
    case Kind::ToUser:
      F.Message = fmt::format("{}() returns to user space with {} open, in which the task goes on",
                              F.Function, phrase());
      F.Fix = fmt::format(
          "end the scope before {}() returns, and begin it again where it is needed", F.Function);
      addWay(Way);
      break;
    case Kind::OtherKind:
      F.Message = fmt::format("{} is given the token of {}() to end {}", called(),
                              "memalloc_" + id(X.Other) + "_save", phrase());
      F.Fix = fmt::format("pass it to memalloc_{}_restore()", id(X.Other));
      Way.Steps.push_back(
          step(StepKind::Scope, X.Where, fmt::format("passes its token to {}", called())));
      break;
    case Kind::Misnested:
      F.Message =
          fmt::format("{} ends the outer of two {} scopes while the inner one is open, which "
                      "goes on without it",
                      called(), id());
      F.Fix = "end the inner scope first";
      Way.Steps.push_back(step(StepKind::Scope, X.Inner,
                               "begins another, whose token says that the first one was there"));
      Way.Steps.push_back(step(StepKind::Scope, X.Where, "ends the first one, and with it both"));
      break;
    case Kind::NoToken:
      F.Message = fmt::format("{} is given what no memalloc_{}_save() returned", called(), id());
      F.Fix = fmt::format("pass the token that memalloc_{}_save() returned", id());
      Way.Steps.push_back(step(StepKind::Scope, X.Where, fmt::format("calls {}", called())));
      break;
    case Kind::Again:
      F.Message = fmt::format("{} is given a token that it was given before", called());
      F.Fix = "end a scope once";
      Way.Steps.push_back(step(StepKind::Scope, X.Where, fmt::format("calls {} again", called())));
      break;
    case Kind::SharedToken:
      F.Message = fmt::format(
          "{}() keeps the token of {} in {}, from which {}() takes it in whatever task that runs: "
          "the one stays in the scope, and the other loses its own",
          F.Function, phrase(), X.Object, S.P.functionName(X.EndedBy));
      F.Fix = "keep the token in a local variable and end the scope in the function that began it";
      Way.Title = "where the scope begins";
      Way.Steps.push_back(
          step(StepKind::Scope, X.Where,
               fmt::format("stores its token to {}, which other tasks reach", X.Object)));
      break;
    case Kind::WritesBack:
      F.Message =
          fmt::format("{}() writes all of current->flags back with {} open, which ends it if "
                      "they were read before it began",
                      F.Function, phrase());
      F.Fix = "write back only the bits that were changed by hand";
      Way.Steps.push_back(step(StepKind::Scope, X.Where, "writes current->flags back"));
      break;
    case Kind::Overwrites:
      F.Message = fmt::format("{}() sets and clears {} in current->flags by hand, which ends the "
                              "scope of a caller",
                              F.Function, S.M.Contexts[X.Context].TaskFlag);
      F.Fix = fmt::format("use memalloc_{0}_save() and memalloc_{0}_restore()", id());
      Way.Steps.push_back(step(StepKind::Scope, X.Where, "clears it, whatever it was before"));
      break;
    }
    F.Paths.push_back(std::move(Way));
    if (X.What == Kind::SharedToken) {
      Path Other;
      Other.Title = "where it ends";
      Other.Steps.push_back(stepAt(
          S, StepKind::Scope, X.EndedBy, X.EndedAt,
          fmt::format("ends the scope of whoever stored {} last", lockClassName(S.P, X.Member))));
      F.Paths.push_back(std::move(Other));
    }
    return F;
  }

private:
  static const char *kindName(Kind K) {
    switch (K) {
    case Kind::LeftOpen:
      return "left open";
    case Kind::Leaks:
      return "leaks";
    case Kind::ToUser:
      return "to user";
    case Kind::OtherKind:
      return "other kind";
    case Kind::Misnested:
      return "misnested";
    case Kind::NoToken:
      return "no token";
    case Kind::Again:
      return "again";
    case Kind::SharedToken:
      return "shared token";
    case Kind::Overwrites:
      return "overwrites";
    case Kind::WritesBack:
      return "writes back";
    }
    return "";
  }
  /// Which of the calls of one callee an event is; "" for other events.
  std::string which(EventIdx E) const {
    const Function &Fn = S.P.function(X.Func);
    return E < Fn.Events.size() && Fn.Events[E].Kind == EventKind::Call
               ? std::to_string(ordinal(S, X.Func, E))
               : "";
  }
  const std::string &id(ContextId C) const { return S.M.Contexts[C].Id; }
  const std::string &id() const { return id(X.Context); }
  std::string phrase() const { return S.M.Contexts[X.Context].Phrase; }
  std::string called() const { return callName(S, X.Func, X.Where) + "()"; }
  Step step(StepKind K, EventIdx E, std::string Text) const {
    return stepAt(S, K, X.Func, E, std::move(Text));
  }
  // The calls to where the scope begins, and the way out.
  void addWay(Path &Out) const {
    for (auto [F, Where] : X.Way)
      Out.Steps.push_back(
          stepAt(S, StepKind::Scope, F, Where,
                 fmt::format("calls {}(), which begins {}", callName(S, F, Where), phrase())));
    if (!X.ByHand)
      Out.Steps.push_back(
          stepAt(S, StepKind::Scope, X.Func, ~0u,
                 fmt::format("{}returns with the scope open", X.Sometimes ? "on some ways " : "")));
  }
  std::string end() const { return X.ByHand ? "where the bit is cleared" : restore(); }
  // The function that takes the token.
  std::string restore() const {
    StringRef Save = Begins;
    return Save.starts_with("memalloc_") && Save.consume_back("_save")
               ? Save.str() + "_restore()"
               : fmt::format("memalloc_{}_restore()", id());
  }

  std::string beginText() const {
    if (X.ByHand)
      return fmt::format("sets {} in current->flags", S.M.Contexts[X.Context].TaskFlag);
    if (S.M.Contexts[X.Context].Id == id() && X.What == Kind::OtherKind)
      return fmt::format("calls {}(), which begins {}", Begins, S.M.Contexts[X.Other].Phrase);
    return fmt::format("calls {}(), which begins {}", Begins, phrase());
  }

  std::string whyLost() const {
    if (X.ByHand)
      return "the bit that it set in current->flags is not cleared on this path";
    if (!X.Object.empty())
      return fmt::format("nobody takes its token from {}", X.Object);
    if (X.Discarded)
      return fmt::format("nobody has the token that {}() returned", Begins);
    return fmt::format("the token that {}() {} is given to nobody on this path", Begins,
                       X.Member ? "stored" : "returned");
  }

  std::string fix() const {
    if (X.ByHand)
      return "clear the bit on this path, too, or use memalloc_" + id() + "_save()";
    if (!X.Object.empty())
      return fmt::format("pass {} to {}", X.Object, restore());
    if (X.Discarded)
      return "keep the token and pass it to " + restore();
    return fmt::format("call {} before this return, too", restore());
  }

  Tier tier() const {
    Tier T;
    switch (X.What) {
    case Kind::LeftOpen:
      T.limitIf(X.Correlated, Confidence::Low,
                "a flag may say whether the scope was begun, which is easily lost on the way");
      T.limitIf(X.ByHand, Confidence::Medium,
                "a bit that is set by hand may be cleared by somebody else");
      T.limitIf(!X.Object.empty(), Confidence::Medium,
                "somebody may take the token from where it is kept in a way that is not seen");
      break;
    case Kind::Misnested:
      break;
    case Kind::SharedToken:
      T.limitIf(!X.Released, Confidence::Medium,
                "the tasks may be kept apart in a way that is not seen");
      break;
    case Kind::ToUser:
      T.limitIf(X.Sometimes, Confidence::Medium, "it is so on some ways through the function only");
      break;
    case Kind::Leaks:
      T.limit(Confidence::Medium, "the workqueue may have no other work that allocates");
      break;
    case Kind::OtherKind:
      T.limit(Confidence::Medium,
              "it is harmless where all tokens are the bits that were set (6.10 and later)");
      break;
    case Kind::NoToken:
      T.limit(Confidence::Medium, "the token may have come in a way that is not seen");
      break;
    case Kind::Overwrites:
      T.limit(Confidence::Medium, "no caller may be in such a scope");
      break;
    case Kind::Again:
      T.limit(Confidence::Low, "the token may be another one by then");
      break;
    case Kind::WritesBack:
      T.limit(Confidence::Low, "the flags may have been read after the scope began");
      break;
    }
    return T;
  }

  const Solution &S;
  const ScopeFault &X;
  const std::string Begins; ///< what is called where the scope begins
};

} // namespace

void checkMemallocScope(const Solution &S, std::vector<Finding> &Out) {
  for (const ScopeFault &X : S.ScopeFaults)
    Out.push_back(Reporter(S, X).report());
}

} // namespace gfpcheck
