//===- ProgramTests.cpp - The linked program ------------------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExtractTestHelper.h"
#include "gfpcheck/link/Program.h"
#include "gmock/gmock.h"

using namespace gfpcheck;
using testing::Contains;
using testing::Pair;
using testing::UnorderedElementsAre;

namespace {

std::vector<std::pair<std::string, int64_t>> constants(const Program &P) {
  std::vector<std::pair<std::string, int64_t>> Out;
  for (const auto &C : P.Constants)
    Out.emplace_back(C.getKey().str(), C.getValue());
  return Out;
}

TEST(Program, ConstantsAreWhatTheirFunctionsReturn) {
  Model M;
  M.ProbeConstants = {"A", "B", "C", "D", "E", "F"};
  LinkInput In;
  In.Tus.push_back(extractSource(R"(
    enum { A = 1 << 3 };
    int variable;
    int get(void);
    unsigned long long gfpcheck_constant_A(void) { return (unsigned long long)(A); }
    unsigned long long gfpcheck_constant_B(void) { return (unsigned long long)(1u << 31 | 1); }
    unsigned long long gfpcheck_constant_C(void) { return (unsigned long long)(0); }
    unsigned long long gfpcheck_constant_D(void) { return (unsigned long long)(variable); }
    unsigned long long gfpcheck_constant_E(void) { return (unsigned long long)(get(), 5); }
    int another_A(void) { return 77; }
  )")
                       .Summary);
  Program P = linkProgram(std::move(In), M);
  EXPECT_THAT(constants(P),
              UnorderedElementsAre(Pair("A", 8), Pair("B", 0x80000001), Pair("C", 0)));
  EXPECT_THAT(P.statLines(), Contains("constants: 3 of 6 read from the tree"));
}

} // namespace
