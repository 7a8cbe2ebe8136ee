//===- TestProgram.h - Solved snippets of C -------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A snippet taken through extract, link and solve. It declares the primitives it uses
// under the kernel's names, so it needs no headers; Prelude has the common ones.
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_TEST_TESTPROGRAM_H
#define GFPCHECK_TEST_TESTPROGRAM_H

#include "ExtractTestHelper.h"
#include "gfpcheck/solve/Solver.h"
#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace gfpcheck {

/// One line, so that line 1 of a snippet stays line 1.
inline constexpr const char *Prelude =
    "void _raw_spin_lock(void *); void _raw_spin_unlock(void *); int _raw_spin_trylock(void *); "
    "void __rcu_read_lock(void); void __rcu_read_unlock(void); "
    "void __might_sleep(const char *, int); int any(void); void look(void *); "
    "typedef unsigned int gfp_t; struct spin { int raw; }; "
    "struct dev { struct spin lock; int flags; int state; struct dev *next; };";

/// Names below the source root and their text.
using Files = std::vector<std::pair<std::string, std::string>>;

inline Model builtinModel() {
  llvm::Expected<Model> M = loadModel({});
  if (M)
    return std::move(*M);
  ADD_FAILURE() << llvm::toString(M.takeError());
  return Model();
}

class TestProgram {
public:
  explicit TestProgram(llvm::StringRef Code) : TestProgram({{"t.c", Prelude + Code.str()}}, {}) {}
  /// Several units as they are, and what the model says besides the built-in one.
  TestProgram(const Files &Units, const std::vector<std::string> &Models) : M(builtinModel()) {
    for (const std::string &Text : Models)
      if (llvm::Error E = addModelText(M, Text, "test"))
        ADD_FAILURE() << llvm::toString(std::move(E));
    LinkInput In;
    SourceTree Tree;
    for (const auto &[Name, Code] : Units)
      Tree.file(Name, Code);
    for (const auto &[Name, Code] : Units) {
      TuResult R = Tree.extract(Name);
      EXPECT_FALSE(R.Failed) << R.FirstError;
      In.Tus.push_back(std::move(R.Summary));
      std::move(R.Inlines.begin(), R.Inlines.end(), std::back_inserter(In.Inlines));
    }
    P = linkProgram(std::move(In), M);
    S = solve(P, M);
  }
  TestProgram(const TestProgram &) = delete;

  const Solution &solution() const { return *S; }

  /// The function Name; the test fails if there is none.
  FuncId function(llvm::StringRef Name) const {
    for (FuncId F = 0; F != P.Functions.size(); ++F)
      if (P.functionName(F) == Name)
        return F;
    ADD_FAILURE() << "no function " << Name.str();
    return NoFunc;
  }
  const FunctionEffects &effects(llvm::StringRef Name) const { return S->Effects[function(Name)]; }
  std::string dump(llvm::StringRef Name) const { return dumpEffects(*S, function(Name)); }
  std::string dumpAll() const {
    std::string Text;
    for (FuncId F = 0; F != P.Functions.size(); ++F)
      Text += dumpEffects(*S, F);
    return Text;
  }

  /// What was found, sorted, once each: "LINE: CONTEXT in FUNCTION", with " maybe" behind it where
  /// a step is not certain. LINE is that of the operation in FUNCTION that may sleep.
  std::vector<std::string> found() const {
    std::vector<std::string> Out;
    for (const Defect &D : S->Defects)
      Out.push_back(std::to_string(P.function(D.Func).Events[D.Chain.Where].Line) + ": " +
                    M.Contexts[D.Held.Context].Id + " in " + P.functionName(D.Func).str() +
                    (D.Chain.How == Evidence::Certain ? "" : " maybe"));
    std::sort(Out.begin(), Out.end());
    Out.erase(std::unique(Out.begin(), Out.end()), Out.end());
    return Out;
  }

  Model M;
  Program P;
  std::unique_ptr<Solution> S;
};

} // namespace gfpcheck

#endif // GFPCHECK_TEST_TESTPROGRAM_H
