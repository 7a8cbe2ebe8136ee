//===- Witness.cpp - Paths in words ------------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Witness.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

static uint16_t targetCount(const Solution &S, const Atom &A) { return A.Indirect ? A.Fanout : 1; }

// The calls inside Callee that lead to the call of its parameter.
static void followParamCall(const Solution &S, FuncId F, uint32_t Call, std::vector<Hop> &Out) {
  while (F != NoFunc) {
    const ParamCall &PC = S.Effects[F].ParamCalls[Call];
    Hop H;
    H.Func = F;
    H.Where = PC.Where;
    H.Callee = PC.Callee;
    bool Deeper = PC.Callee != NoFunc;
    H.Indirect = !Deeper;
    H.ViaArgument = !Deeper;
    if (!PC.Inside.empty() &&
        (!Deeper || S.Effects[PC.Callee].ParamCalls[PC.CalleeCall].Inside.empty())) {
      H.BeginsContext = true;
      H.Begun = PC.Inside.front();
    }
    Out.push_back(H);
    F = PC.Callee;
    Call = PC.CalleeCall;
  }
}

namespace {
// Where an indirect call goes for a provider.
struct Rerouted {
  bool Own = false; // the provider has a function there
  FuncId Callee = NoFunc;
  uint32_t Index = 0;
};
} // namespace

static Rerouted reroute(const Solution &S, uint64_t Key, NameId Provider, AtomKind Kind) {
  Rerouted Out;
  // A filesystem that has such tables, but no function in this member: it is NULL there.
  Out.Own = Key && !Program::isVariableKey(Key) && S.P.name(Provider).starts_with("fs/") &&
            S.P.ProviderTables.contains({Provider, NameId(Key >> 32)});
  const Atom *Best = nullptr;
  auto Worth = [](const Atom &A) {
    return std::tuple(A.How, A.Conditions, A.When.size(), A.Depth);
  };
  for (FuncId T : S.P.targets(Key)) {
    if (S.P.provider(T) != Provider)
      continue;
    Out.Own = true;
    const auto &Atoms = S.Effects[T].Atoms;
    for (uint32_t I = 0; I != Atoms.size(); ++I) {
      if (Atoms[I].Kind != Kind || !Atoms[I].Inside.empty() ||
          (Best && Worth(Atoms[I]) >= Worth(*Best)))
        continue;
      Best = &Atoms[I];
      Out.Callee = T;
      Out.Index = I;
    }
  }
  return Out;
}

Chain followChain(const Solution &S, FuncId F, const Atom &First) {
  Chain Out;
  const Atom *A = &First;
  NameId Provider = S.P.provider(F);
  DenseSet<const Atom *> Seen;
  for (;;) {
    if (!Provider)
      Provider = S.P.provider(F);
    if (!Seen.insert(A).second) { // around a cycle, after a change of the way
      Out.Impossible = true;
      return Out;
    }
    Hop H;
    H.Func = F;
    H.Where = A->Where;
    H.Callee = A->Callee;
    H.Indirect = A->Indirect;
    H.Targets = targetCount(S, *A);
    H.Gfp = A->Gfp;
    const Atom *Next = nullptr;
    const FuncId Here = F;
    if (A->Target != NoFunc) {
      Out.Hops.push_back(H);
      followParamCall(S, A->Callee, A->CalleeAtom, Out.Hops);
      Out.Hops.back().Callee = A->Target;
      Out.Hops.back().Targets = A->Fanout;
      F = A->Target;
      Next = &S.Effects[A->Target].Atoms[A->TargetAtom];
    } else {
      if (A->Callee != NoFunc)
        Next = &S.Effects[A->Callee].Atoms[A->CalleeAtom];
      if (A->Indirect && Next && Next->Inside.empty() && Provider &&
          S.P.provider(A->Callee) != Provider) {
        const uint64_t Key = S.P.tableKey(F, S.P.function(F).Events[A->Where].A);
        Rerouted R = reroute(S, Key, Provider, A->Kind);
        if (R.Callee != NoFunc) {
          H.Callee = R.Callee;
          Next = &S.Effects[R.Callee].Atoms[R.Index];
          Out.Conditions += !Next->When.empty();
        } else if (R.Own) {
          Out.Impossible = true;
          return Out;
        } else if (S.P.provider(A->Callee) && A->Fanout > 1) {
          Out.CrossesProvider = true;
        }
      }
      if (A != &First && !A->Inside.empty() && (!Next || Next->Inside.empty())) {
        H.BeginsContext = true;
        H.Begun = A->Inside.front();
      }
      Out.Hops.push_back(H);
      F = H.Callee;
    }
    // What this function added to the count.
    const unsigned Before = Next ? Next->Conditions : 0;
    if (A->Conditions > Before && !(Provider && S.P.provider(Here) == Provider))
      Out.Foreign += A->Conditions - Before;
    if (!Next)
      return Out;
    A = Next;
  }
}

static std::string calleeName(const Solution &S, FuncId F, const Event &E) {
  const Value &C = S.P.function(F).Values[E.A];
  if (C.Kind != ValueKind::Func)
    return "";
  StringRef Name = S.P.name(S.P.Entities[S.P.EntityMap[S.P.Functions[F].Unit][C.A]].Name);
  Name.consume_back("_noprof");
  return Name.str();
}

std::string callName(const Solution &S, FuncId F, EventIdx Idx) {
  if (Idx >= S.P.function(F).Events.size() || S.P.function(F).Events[Idx].Kind != EventKind::Call)
    return "";
  const Event &E = S.P.function(F).Events[Idx];
  if (E.Macro)
    return S.P.Units[S.P.Functions[F].Unit].str(E.Macro);
  return calleeName(S, F, E);
}

std::string operationName(const Solution &S, const CallHop &H) {
  if (H.Indirect && H.Callee != NoFunc)
    return S.P.functionName(H.Callee).str();
  return callName(S, H.Func, H.Where);
}

Finding findingAt(const Solution &S, std::string Check, FuncId F, EventIdx Where) {
  const Function &Fn = S.P.function(F);
  const bool Known = Where < Fn.Events.size();
  Finding Out;
  Out.Check = std::move(Check);
  Out.File = S.P.functionFile(F).str();
  Out.Line = Known ? Fn.Events[Where].Line : Fn.Line;
  Out.Column = Known ? Fn.Events[Where].Column : 1;
  Out.Function = S.P.functionName(F).str();
  return Out;
}

Step stepAt(const Solution &S, StepKind K, FuncId F, EventIdx E, std::string Text) {
  const Function &Fn = S.P.function(F);
  Step Out;
  Out.Kind = K;
  Out.File = S.P.functionFile(F).str();
  Out.Line = E < Fn.Events.size() ? Fn.Events[E].Line : Fn.Line;
  Out.Function = S.P.functionName(F).str();
  Out.Text = std::move(Text);
  return Out;
}

// "file_operations.read" for a call through that member.
static std::string memberText(const Solution &S, FuncId F, EventIdx Idx) {
  const Function &Fn = S.P.function(F);
  const TuSummary &U = S.P.Units[S.P.Functions[F].Unit];
  const Value *V = &Fn.Values[Fn.Events[Idx].A];
  if (V->Kind == ValueKind::Load)
    V = &Fn.Values[V->A];
  while (V->Kind == ValueKind::Index)
    V = &Fn.Values[V->A];
  if (V->Kind == ValueKind::Field)
    return U.str(V->B) + "." + U.str(V->C);
  if (V->Kind == ValueKind::Global)
    return U.str(U.Symbols[V->A].Name);
  return "a function pointer";
}

Step hopStep(const Solution &S, const Hop &H) {
  std::string Callee =
      H.Callee == NoFunc ? callName(S, H.Func, H.Where) : S.P.functionName(H.Callee).str();
  if (!H.Indirect) {
    std::string Text = fmt::format("calls {}()", Callee);
    std::string Macro = callName(S, H.Func, H.Where);
    if (H.Callee != NoFunc && !Macro.empty() && Macro != Callee &&
        S.P.function(H.Func).Events[H.Where].Macro)
      Text += fmt::format(" (in {})", Macro);
    return stepAt(S, StepKind::Call, H.Func, H.Where, Text);
  }
  if (H.ViaArgument)
    return stepAt(S, StepKind::Indirect, H.Func, H.Where,
                  fmt::format("calls the function it was given, {}()", Callee));
  std::string Why = memberText(S, H.Func, H.Where);
  return stepAt(
      S, StepKind::Indirect, H.Func, H.Where,
      H.Targets <= 1
          ? fmt::format("calls {}() through {}, the only function it is set to", Callee, Why)
          : fmt::format("calls {}() through {}, one of {} functions it is set to", Callee, Why,
                        H.Targets));
}

void addCalls(const Solution &S, ArrayRef<CallHop> Way, Path &Out) {
  for (const CallHop &X : Way) {
    Hop H;
    static_cast<CallHop &>(H) = X;
    if (X.Callee != NoFunc)
      Out.Steps.push_back(hopStep(S, H));
  }
}

void addWay(const Solution &S, ArrayRef<CallHop> Way, uint64_t Lock, ContextId Context, Path &Out) {
  addCalls(S, Way, Out);
  const CallHop &Last = Way.back();
  std::string What = S.M.Contexts[Context].Phrase;
  if (Lock && !S.P.ContextClass[Context])
    What += " " + lockClassName(S.P, Lock);
  Out.Steps.push_back(
      stepAt(S, StepKind::Lock, Last.Func, Last.Where,
             fmt::format("waits for {} ({})", What, callName(S, Last.Func, Last.Where))));
}

std::string withArticle(StringRef Noun) {
  if (Noun.starts_with("current"))
    return Noun.str();
  // By sound: "an RPC task", "an MMC request", "an f2fs operation", "a UBI work item".
  bool Vowel = StringRef("aeioAEIO").contains(Noun[0]) || Noun.starts_with("un") ||
               Noun.starts_with("f2fs") || Noun.starts_with("xfs") || Noun.starts_with("mmu");
  if (Noun.size() > 1 && isUpper(Noun[0]) && isUpper(Noun[1]))
    Vowel = StringRef("AEFHILMNORSX").contains(Noun[0]);
  return fmt::format("{} {}", Vowel ? "an" : "a", Noun.str());
}

std::string waitedFor(const Solution &S, const BlockingWay &B) {
  const std::string Class = lockClassName(S.P, B.Class);
  return Class.empty() ? "a " + S.M.Contexts[B.Context].Phrase : Class;
}

unsigned ordinal(const Solution &S, FuncId F, EventIdx Where) {
  const Function &Fn = S.P.function(F);
  unsigned Out = 0;
  for (EventIdx E = 0; E != Where; ++E)
    Out += Fn.Events[E].Kind == EventKind::Call && Fn.Events[E].A == Fn.Events[Where].A;
  return Out;
}

bool isOwn(const Solution &S, NameId Provider, FuncId F) {
  return Provider ? S.P.provider(F) == Provider : !isCore(S, F);
}

bool isCore(const Solution &S, FuncId F) {
  StringRef File = S.P.functionFile(F);
  for (const std::string &Dir : S.M.CoreDirs)
    if (File.starts_with(Dir))
      return true;
  return false;
}

} // namespace gfpcheck
