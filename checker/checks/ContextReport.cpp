//===- ContextReport.cpp - Findings about what a context forbids -------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ContextReport.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

ContextReport::ContextReport(const Solution &S, const Defect &D, Blamed Blame)
    : S(S), D(D), Way(followChain(S, D.Func, D.Chain)) {
  if (Way.Impossible)
    return;
  if (D.InCallee)
    for (size_t I = 0; I != Way.Hops.size(); ++I)
      if (Way.Hops[I].BeginsContext) {
        ContextHop = I;
        InCallee = true;
      }
  Fault = ContextHop;
  const NameId Provider = S.P.provider(contextFunction());
  for (size_t I = ContextHop; I != Way.Hops.size(); ++I)
    if (isOwn(S, Blame == Blamed::Provider ? Provider : 0, Way.Hops[I].Func))
      Fault = I;
}

std::string ContextReport::operation(const Hop &H) const { return operationName(S, H); }

std::string ContextReport::entity() const {
  if (D.Entry)
    return kind().Id + ":" + D.Entry->Callback->Phrase;
  return kind().Id + ":" + D.LockClass;
}

std::string ContextReport::lockPhrase() const {
  std::string Text = kind().Phrase;
  if (kind().Named && !D.Lock.empty() && D.Lock != "?" && D.Lock != "<result>")
    Text += " " + D.Lock;
  else if (kind().Named)
    Text = "a " + Text;
  return Text;
}

// Who calls the function without a scope, where scopes matter.
std::string ContextReport::callers() const {
  if (!isReclaimLevel(D.Chain.Kind))
    return "";
  constexpr unsigned Shown = 4;
  const std::vector<FuncId> &By = S.ExposedBy[unsigned(D.Chain.Kind)];
  std::string Out;
  FuncId F = D.Func;
  for (unsigned I = 0; I != Shown && By[F] != NoFunc && By[F] != F; ++I) {
    F = By[F];
    Out +=
        fmt::format("{} {}()", Out.empty() ? "; in no scope when called by" : ",", functionName(F));
  }
  return Out;
}

std::string ContextReport::contextPhrase() const {
  std::string Func = functionName(contextFunction());
  if (D.Entry) {
    StringRef Phrase = D.Entry->Callback->Phrase;
    return fmt::format("{}() is {}, which {}", Func, withArticle(Phrase), kind().State);
  }
  if (kind().Class == ContextClass::Holder &&
      (InCallee ? hop().Begun.Where : D.Held.Where) == AtEntry)
    return fmt::format("{}() is handed {}", Func, withArticle(kind().Phrase));
  if (kind().Class == ContextClass::Scope)
    return fmt::format("{}() is in {}", Func, kind().Phrase);
  if (!kind().Named)
    return fmt::format("{}() {}", Func, kind().State);
  return fmt::format("{}() holds {}", Func, lockPhrase());
}

Step ContextReport::contextStep() const {
  const Hop &H = hop();
  const bool Holder = kind().Class == ContextClass::Holder;
  if (D.Entry) {
    std::string Text = fmt::format("{}: {}", kind().State, D.Entry->Callback->Phrase);
    if (D.Entry->Where != NoFunc)
      Text += fmt::format(", registered by {}() at {}:{}", functionName(D.Entry->Where),
                          S.P.functionFile(D.Entry->Where).str(), D.Entry->Line);
    return stepAt(S, StepKind::Entry, H.Func, ~0u, Text);
  }
  EventIdx Where = InCallee ? H.Begun.Where : D.Held.Where;
  if (Holder && Where == AtEntry)
    return stepAt(S, StepKind::Scope, H.Func, Where,
                  fmt::format("is handed {}{}", withArticle(kind().Phrase), callers()));
  std::string By = callName(S, H.Func, Where);
  const bool Scope = kind().Class == ContextClass::Scope;
  std::string Text = kind().Named ? "takes " + lockPhrase()
                     : !Scope     ? kind().Begin
                     : By.empty() ? fmt::format("sets {} in current->flags", kind().TaskFlag)
                                  : "begins " + kind().Phrase;
  if (!By.empty())
    Text += fmt::format(" ({})", By);
  Text += callers();
  return stepAt(S, Holder || Scope ? StepKind::Scope : StepKind::Lock, H.Func, Where, Text);
}

Finding ContextReport::begin(std::string Check) const {
  const Hop &At = fault();
  Finding F = findingAt(S, std::move(Check), At.Func, At.Where);
  std::string Edges;
  for (size_t I = ContextHop; I <= Fault; ++I)
    Edges += Way.Hops[I].Indirect ? 'i' : 'c';
  F.Id = fingerprint({F.Check, F.Function, F.File, operation(At), functionName(contextFunction()),
                      S.P.functionFile(contextFunction()).str(), entity(), Edges});
  return F;
}

Path ContextReport::path(std::string Title) const {
  Path Out;
  Out.Title = std::move(Title);
  for (size_t I = 0; I != Way.Hops.size(); ++I) {
    if (I == ContextHop)
      Out.Steps.push_back(contextStep());
    if (I < Way.Hops.size() - 1)
      Out.Steps.push_back(hopStep(S, Way.Hops[I]));
  }
  return Out;
}

} // namespace gfpcheck
