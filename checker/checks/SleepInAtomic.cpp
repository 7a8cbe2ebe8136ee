//===- SleepInAtomic.cpp - Sleeping in atomic context ------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// docs/checks/sleep-in-atomic.md. The solver has found where a context and a sleep
// meet; this file says so: which operation of whose code is at fault, the whole
// path, how sure it is, and what would fix it.
//
//===----------------------------------------------------------------------===//

#include "Checks.h"
#include "Witness.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

// Conditions on the way to the sleep that nothing decided (SleepAtom::Conditions): with
// each the chance grows that they exclude the context, and with the distance the chance
// that they were written for other callers. Set by reading findings on Linux 6.12
// (docs/field-report.md).
constexpr unsigned NearConditions = 1, NearDepth = 3, MediumConditions = 2;

class Reporter {
public:
  Reporter(const Solution &S, const AtomicSleep &D) : S(S), D(D) {}

  Finding report() {
    Hops = followChain(S, D.Func, D.Chain);
    // The context may begin deeper than where the finding was made.
    if (D.InCallee) {
      for (size_t I = 0; I != Hops.size(); ++I)
        if (Hops[I].BeginsContext)
          ContextHop = I;
    }
    // The operation at fault: the last call made outside the core, after the context
    // began; within the core, the call made by the function that began it.
    Fault = ContextHop;
    for (size_t I = ContextHop; I != Hops.size(); ++I)
      if (!isCore(S, Hops[I].Func))
        Fault = I;

    Finding F;
    F.Check = "sleep-in-atomic";
    const Hop &At = Hops[Fault];
    const Event &E = S.P.function(At.Func).Events[At.Where];
    F.File = S.P.functionFile(At.Func).str();
    F.Line = E.Line;
    F.Column = E.Column;
    F.Function = S.P.functionName(At.Func).str();
    F.Conf = confidence();
    std::string Op = operation(At);
    F.Message = fmt::format("{}() may sleep in atomic context: {}", Op, contextPhrase());
    F.Fix = fix(At);
    F.Paths.push_back(path());
    FuncId ContextFunc = Hops[ContextHop].Func;
    std::string Edges;
    for (size_t I = ContextHop; I <= Fault; ++I)
      Edges += Hops[I].Indirect ? 'i' : 'c';
    F.Id = fingerprint({F.Check, F.Function, F.File, Op, S.P.functionName(ContextFunc).str(),
                        S.P.functionFile(ContextFunc).str(), contextEntity(), Edges});
    return F;
  }

private:
  const ContextKind &kind() const {
    return S.M.Contexts[D.InCallee ? Hops[ContextHop].Begun.Context : D.Held.Context];
  }

  std::string operation(const Hop &H) const {
    if (H.Indirect && H.Callee != NoFunc)
      return S.P.functionName(H.Callee).str();
    return callName(S, H.Func, H.Where);
  }

  std::string contextEntity() const {
    if (D.Entry)
      return kind().Id + ":" + D.Entry->Callback->Phrase;
    return kind().Id + ":" + D.LockClass;
  }

  std::string lockPhrase() const {
    std::string Text = kind().Phrase;
    if (kind().Named && !D.Lock.empty() && D.Lock != "?" && D.Lock != "<result>")
      Text += " " + D.Lock;
    else if (kind().Named)
      Text = "a " + Text;
    return Text;
  }

  std::string contextPhrase() const {
    std::string Func = S.P.functionName(Hops[ContextHop].Func).str();
    if (D.Entry) {
      StringRef Phrase = D.Entry->Callback->Phrase;
      bool Vowel = !Phrase.empty() && StringRef("aeiouAEIOUR").contains(Phrase[0]);
      return fmt::format("{}() is {} {}, which {}", Func, Vowel ? "an" : "a", std::string(Phrase),
                         kind().State);
    }
    if (!kind().Named)
      return fmt::format("{}() {}", Func, kind().State);
    return fmt::format("{}() holds {}", Func, lockPhrase());
  }

  Confidence confidence() const {
    if (D.Chain.How == Evidence::Guess)
      return Confidence::Low;
    // Boot code runs before anything can contend: might_sleep() itself is silent then.
    if (S.P.function(D.Func).Flags & FF_Init)
      return Confidence::Low;
    if (D.Chain.Conditions > MediumConditions)
      return Confidence::Low;
    bool Decided = D.Chain.Conditions == 0 ||
                   (D.Chain.Conditions <= NearConditions && D.Chain.Depth <= NearDepth);
    return D.Chain.How == Evidence::Certain && Decided ? Confidence::High : Confidence::Medium;
  }

  std::string fix(const Hop &At) const {
    bool TakesGfp = false;
    for (size_t I = Fault; I != Hops.size(); ++I) {
      if (Hops[I].Callee == NoFunc)
        break;
      const Function &F = S.P.function(Hops[I].Callee);
      for (const Param &X : F.Params)
        TakesGfp |= S.P.Units[S.P.Functions[Hops[I].Callee].Unit].str(X.Type) == "gfp_t";
    }
    std::string Outside =
        D.Entry ? "defer the work to process context (a work item or threaded handler)"
                : "make the call before the critical section or after it";
    if (TakesGfp)
      return fmt::format("pass GFP_ATOMIC (or GFP_NOWAIT) to {}() and handle failure, or {}",
                         operation(At), Outside);
    return Outside;
  }

  Step contextStep(size_t I) const {
    const Hop &H = Hops[I];
    if (D.Entry) {
      std::string Text = fmt::format("{}: {}", kind().State, D.Entry->Callback->Phrase);
      if (D.Entry->Where != NoFunc)
        Text += fmt::format(", registered by {}() at {}:{}", S.P.functionName(D.Entry->Where).str(),
                            S.P.functionFile(D.Entry->Where).str(), D.Entry->Line);
      return stepAt(S, StepKind::Entry, H.Func, ~0u, Text);
    }
    EventIdx Where = D.InCallee ? H.Begun.Where : D.Held.Where;
    std::string By = callName(S, H.Func, Where);
    std::string Text = kind().Named ? "takes " + lockPhrase() : kind().Begin;
    if (!By.empty())
      Text += fmt::format(" ({})", By);
    return stepAt(S, StepKind::Lock, H.Func, Where, Text);
  }

  Path path() const {
    Path Out;
    Out.Title = "from where the atomic context begins to the sleep";
    for (size_t I = 0; I != Hops.size(); ++I) {
      if (I == ContextHop)
        Out.Steps.push_back(contextStep(I));
      if (I < Hops.size() - 1)
        Out.Steps.push_back(hopStep(S, Hops[I]));
    }
    const Hop &Last = Hops.back();
    Out.Steps.push_back(stepAt(S, StepKind::Sleep, Last.Func, Last.Where,
                               fmt::format("{}() sleeps", callName(S, Last.Func, Last.Where))));
    return Out;
  }

  const Solution &S;
  const AtomicSleep &D;
  std::vector<Hop> Hops;
  size_t ContextHop = 0, Fault = 0;
};

} // namespace

void checkSleepInAtomic(const Solution &S, std::vector<Finding> &Out) {
  for (const AtomicSleep &D : S.AtomicSleeps)
    Out.push_back(Reporter(S, D).report());
}

} // namespace gfpcheck
