//===- EntryScopes.cpp - Functions that are always called in a scope --------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A scope lasts until it is ended in the same task: what is called in it is in it. So
// top-down, over the calls that are not made in a scope, everything is reached that can
// run without one. Work items, threads and other callbacks begin without.
//
//===----------------------------------------------------------------------===//

#include "EntryScopes.h"
#include "llvm/ADT/BitVector.h"

using namespace llvm;

namespace gfpcheck {

std::vector<uint8_t> findExposed(const Program &P, const CallGraph &G,
                                 ArrayRef<std::vector<ScopedCall>> Scoped) {
  constexpr uint8_t All = (1 << AtomKinds) - 1;
  const size_t N = P.Functions.size();
  std::vector<uint8_t> Exposed(N, 0);
  BitVector Called(N);
  for (FuncId F = 0; F != N; ++F)
    for (const CallSite &C : G.Sites[F]) {
      if (C.Callee != NoFunc)
        Called.set(C.Callee);
      else
        for (FuncId T : targetsOf(P, C.Key))
          Called.set(T);
    }
  std::vector<FuncId> Work;
  auto Expose = [&](FuncId F, uint8_t Kinds) {
    if ((Exposed[F] | Kinds) == Exposed[F])
      return;
    Exposed[F] |= Kinds;
    Work.push_back(F);
  };
  for (FuncId F = 0; F != N; ++F)
    if (!Called.test(F))
      Expose(F, All);
  for (const Root &R : P.Roots)
    if (!R.CalledByMember)
      Expose(R.Func, All);
  while (!Work.empty()) {
    FuncId F = Work.back();
    Work.pop_back();
    for (const CallSite &C : G.Sites[F]) {
      uint8_t Kinds = Exposed[F];
      auto It = llvm::lower_bound(
          Scoped[F], C.Where, [](const ScopedCall &X, uint32_t Where) { return X.Where < Where; });
      if (It != Scoped[F].end() && It->Where == C.Where)
        Kinds &= ~It->Prevents;
      if (!Kinds)
        continue;
      if (C.Callee != NoFunc)
        Expose(C.Callee, Kinds);
      else
        for (FuncId T : targetsOf(P, C.Key))
          Expose(T, Kinds);
    }
  }
  return Exposed;
}

} // namespace gfpcheck
