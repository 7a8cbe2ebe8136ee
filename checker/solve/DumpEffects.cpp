//===- DumpEffects.cpp - Effects in words ----------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/solve/Solver.h"
#include <fmt/format.h>

using namespace llvm;

namespace gfpcheck {

namespace {

class Printer {
public:
  Printer(const Solution &S, FuncId F) : S(S) {
    const Function &Fn = S.P.function(F);
    for (const Param &X : Fn.Params)
      Names.push_back(S.P.Units[S.P.Functions[F].Unit].str(X.Name));
  }

  std::string value(VId V) const { return S.Pool.print(V, S.P, Names); }

  std::string guard(ArrayRef<Pred> When) const {
    static const char *const Ops[] = {"==", "!=", "<", "<=", ">", ">="};
    std::string Out;
    for (const Pred &X : When)
      Out +=
          fmt::format("{}({}{}) {} {}", Out.empty() ? "" : " && ", value(X.V),
                      X.Mask == ~0ull ? "" : fmt::format(" & {:#x}", X.Mask), Ops[int(X.Op)], X.C);
    return Out.empty() ? "always" : Out;
  }

  std::string contexts(ArrayRef<HeldContext> H) const {
    std::string Out;
    for (const HeldContext &X : H)
      Out += fmt::format(" {}{}({})", S.M.Contexts[X.Context].Id, X.Sure ? "" : "?", value(X.Lock));
    return Out;
  }

private:
  const Solution &S;
  SmallVector<StringRef, 8> Names;
};

} // namespace

std::string dumpEffects(const Solution &S, FuncId F) {
  const FunctionEffects &E = S.Effects[F];
  Printer Print(S, F);
  auto NameOf = [&](FuncId G) { return G == NoFunc ? StringRef("model") : S.P.functionName(G); };
  std::string Out = fmt::format("effects of {}:\n", S.P.functionName(F).str());
  if (E.Ret)
    Out += "  returns " + Print.value(E.Ret) + "\n";
  for (const Outcome &O : E.Outcomes)
    Out += fmt::format("  outcome {}{}{} when {}: begins{} ends{}\n", O.Ret & RC_Zero ? "0" : "",
                       O.Ret & RC_Negative ? "-" : "", O.Ret & RC_Positive ? "+" : "",
                       Print.guard(O.When), Print.contexts(O.Begun), Print.contexts(O.Ended));
  for (const Atom &A : E.Atoms)
    Out += fmt::format("  {} via {} at line {} (evidence {}, conditions {}, depth {}) when {}; "
                       "ended{} inside{}\n",
                       A.Kind == AtomKind::Sleep     ? "sleeps"
                       : A.Kind == AtomKind::Reclaim ? "reclaims"
                       : A.Kind == AtomKind::Io      ? "reclaims (io)"
                       : A.Kind == AtomKind::NoFail  ? "must not fail"
                                                     : "reclaims (fs)",
                       NameOf(A.Target != NoFunc ? A.Target : A.Callee).str(),
                       S.P.function(F).Events[A.Where].Line, int(A.How), A.Conditions, A.Depth,
                       Print.guard(A.When), Print.contexts(A.Ended), Print.contexts(A.Inside));
  for (const ParamCall &C : E.ParamCalls)
    Out += fmt::format("  calls {} when {}; ended{} inside{}\n", Print.value(C.Fn),
                       Print.guard(C.When), Print.contexts(C.Ended), Print.contexts(C.Inside));
  return Out;
}

} // namespace gfpcheck
