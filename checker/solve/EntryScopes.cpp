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

std::vector<FuncId> findEntries(const Program &P, const CallGraph &G) {
  const size_t N = P.Functions.size();
  auto Callees = [&](FuncId F, auto Fn) {
    for (const CallSite &C : G.Sites[F])
      for (FuncId T : C.callees(P))
        Fn(T);
  };
  BitVector Called(N), Reached(N);
  for (FuncId F = 0; F != N; ++F)
    Callees(F, [&](FuncId T) { Called.set(T); });
  std::vector<FuncId> Out, Work;
  auto Enter = [&](FuncId F) {
    if (Reached.test(F))
      return;
    Out.push_back(F);
    Reached.set(F);
    Work.push_back(F);
    while (!Work.empty()) {
      FuncId G = Work.back();
      Work.pop_back();
      Callees(G, [&](FuncId T) {
        if (!Reached.test(T)) {
          Reached.set(T);
          Work.push_back(T);
        }
      });
    }
  };
  for (FuncId F = 0; F != N; ++F)
    if (!Called.test(F))
      Enter(F);
  for (FuncId F = 0; F != N; ++F) // around a cycle
    Enter(F);
  Out.insert(Out.end(), G.Escaping.begin(), G.Escaping.end());
  return Out;
}

std::array<std::vector<FuncId>, AtomKinds> findExposed(const Program &P, const CallGraph &G,
                                                       ArrayRef<FuncId> Entries,
                                                       ArrayRef<std::vector<ScopedCall>> Scoped) {
  const size_t N = P.Functions.size();
  std::array<std::vector<FuncId>, AtomKinds> Out;
  for (AtomKind K : ReclaimLevels) {
    std::vector<FuncId> &By = Out[unsigned(K)];
    By.assign(N, NoFunc);
    std::vector<FuncId> Work; // first in, first out
    auto Expose = [&](FuncId F, FuncId Caller) {
      if (By[F] != NoFunc)
        return;
      By[F] = Caller;
      Work.push_back(F);
    };
    for (FuncId F : Entries)
      Expose(F, F);
    for (const Root &R : P.Roots)
      if (!R.CalledByMember)
        Expose(R.Func, R.Func);
    for (size_t I = 0; I != Work.size(); ++I) {
      const FuncId F = Work[I];
      for (const CallSite &C : G.Sites[F]) {
        auto It = llvm::lower_bound(Scoped[F], C.Where, [](const ScopedCall &X, uint32_t Where) {
          return X.Where < Where;
        });
        if (It != Scoped[F].end() && It->Where == C.Where && (It->Prevents >> unsigned(K) & 1))
          continue;
        for (FuncId T : C.callees(P))
          Expose(T, F);
      }
    }
  }
  return Out;
}

} // namespace gfpcheck
