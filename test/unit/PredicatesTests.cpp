//===- PredicatesTests.cpp - Guards -----------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/solve/Predicates.h"
#include "gtest/gtest.h"

using namespace gfpcheck;

namespace {

struct PredicatesTest : testing::Test {
  ValuePool Pool;
  llvm::SmallVector<Pred, 4> Out;
  VId param(unsigned N) { return Pool.make(ValueKind::Param, N); }
  VId c(int64_t V) { return Pool.constant(V); }
  VId bin(ValueKind K, VId A, VId B) { return Pool.make(K, A, B); }
  Truth condition(VId V, bool Sense = true) {
    Out.clear();
    return conditionToPreds(Pool, V, Sense, Out);
  }
  static Pred eq(VId V, int64_t C, uint64_t Mask = ~0ull) {
    return {V, PredOp::Eq, false, Mask, C};
  }
  static Pred ne(VId V, int64_t C, uint64_t Mask = ~0ull) {
    return {V, PredOp::Ne, false, Mask, C};
  }
};

TEST_F(PredicatesTest, BitTestBecomesAMask) {
  // !!(gfp & 0x400)
  VId V = Pool.make(ValueKind::LNot,
                    Pool.make(ValueKind::LNot, bin(ValueKind::And, param(0), c(0x400))));
  EXPECT_EQ(condition(V), Truth::Unknown);
  ASSERT_EQ(Out.size(), 1u);
  EXPECT_EQ(Out[0], ne(param(0), 0, 0x400));
  EXPECT_EQ(condition(V, false), Truth::Unknown);
  EXPECT_EQ(Out[0], eq(param(0), 0, 0x400));
}

TEST_F(PredicatesTest, KnownBitsDecide) {
  VId Test = bin(ValueKind::And, bin(ValueKind::Or, param(0), c(0x400)), c(0x400));
  EXPECT_EQ(condition(Test), Truth::True);
  VId Cleared = bin(ValueKind::And, bin(ValueKind::And, param(0), c(~0x400)), c(0x400));
  EXPECT_EQ(condition(Cleared), Truth::False);
}

TEST_F(PredicatesTest, SelectTurnsIntoItsCondition) {
  // (atomic ? 0 : 0x400) & 0x400
  VId Gfp = Pool.make(ValueKind::Select, param(1), c(0), c(0x400));
  EXPECT_EQ(condition(bin(ValueKind::And, Gfp, c(0x400))), Truth::Unknown);
  ASSERT_EQ(Out.size(), 1u);
  EXPECT_EQ(Out[0], eq(param(1), 0));
}

TEST_F(PredicatesTest, SetsDecideWhenAllAgree) {
  VId Phi = Pool.phi({c(0x401), c(0x402)}, 0);
  EXPECT_EQ(condition(bin(ValueKind::And, Phi, c(0x400))), Truth::True);
  VId Mixed = Pool.phi({c(0x401), c(0x2)}, 0);
  EXPECT_EQ(condition(bin(ValueKind::And, Mixed, c(0x400))), Truth::Unknown);
}

TEST_F(PredicatesTest, ChoicesThatDifferInOtherBitsDisappear) {
  // (account ? gfp | 0x800 : gfp) & 0x400
  VId Gfp =
      Pool.make(ValueKind::Select, param(1), bin(ValueKind::Or, param(0), c(0x800)), param(0));
  EXPECT_EQ(condition(bin(ValueKind::And, Gfp, c(0x400))), Truth::Unknown);
  ASSERT_EQ(Out.size(), 1u);
  EXPECT_EQ(Out[0], ne(param(0), 0, 0x400));
  VId Phi = Pool.phi({bin(ValueKind::And, param(0), c(~0x80)), param(0)}, 0);
  EXPECT_EQ(condition(bin(ValueKind::And, Phi, c(0x400))), Truth::Unknown);
  ASSERT_EQ(Out.size(), 1u);
  EXPECT_EQ(Out[0], ne(param(0), 0, 0x400));
}

TEST_F(PredicatesTest, ConjunctionsAndDisjunctions) {
  VId A = bin(ValueKind::Eq, param(0), c(1)), B = bin(ValueKind::Ne, param(1), c(0));
  EXPECT_EQ(condition(bin(ValueKind::LAnd, A, B)), Truth::Unknown);
  EXPECT_EQ(Out.size(), 3u) << "both parts and the whole";
  // !(a || b) is !a && !b, and contradicts a || b.
  EXPECT_EQ(condition(bin(ValueKind::LOr, A, B), false), Truth::Unknown);
  EXPECT_EQ(Out.size(), 3u);
  Pred Either = ne(bin(ValueKind::LOr, A, B), 0);
  EXPECT_TRUE(llvm::any_of(Out, [&](const Pred &P) { return implied(Either, P) == Truth::False; }));
  EXPECT_EQ(condition(bin(ValueKind::LOr, A, c(1))), Truth::True);
  EXPECT_EQ(condition(bin(ValueKind::LAnd, A, c(0))), Truth::False);
}

TEST_F(PredicatesTest, FactsImplyAndContradict) {
  EXPECT_EQ(implied(eq(param(0), 0x400), ne(param(0), 0, 0x400)), Truth::True);
  EXPECT_EQ(implied(eq(param(0), 0), ne(param(0), 0)), Truth::False);
  EXPECT_EQ(implied(ne(param(0), 0, 0x4), ne(param(0), 0)), Truth::True);
  EXPECT_EQ(implied(ne(param(0), 0, 0x4), eq(param(0), 0, 0xf)), Truth::False);
  EXPECT_EQ(implied(ne(param(0), 0, 0xf), ne(param(0), 0, 0x4)), Truth::Unknown);
  EXPECT_EQ(implied(eq(param(0), 0, 0xf), ne(param(0), 0, 0x4)), Truth::False);
  EXPECT_EQ(implied(eq(param(0), 0), ne(param(1), 0)), Truth::Unknown);
}

TEST_F(PredicatesTest, OrderingsAsIntervals) {
  Pred Negative{param(0), PredOp::Lt, false, ~0ull, 0};
  EXPECT_EQ(implied(Negative, eq(param(0), 0)), Truth::False);
  EXPECT_EQ(implied(Negative, ne(param(0), 0)), Truth::True);
  EXPECT_EQ(implied(eq(param(0), -22), Negative), Truth::True);
  EXPECT_EQ(implied(Negative, {param(0), PredOp::Ge, false, ~0ull, 0}), Truth::False);
}

TEST_F(PredicatesTest, MergingKeepsWhatBothKnow) {
  llvm::SmallVector<Pred, 6> A, B;
  addFact(A, eq(param(0), 5));
  addFact(A, eq(param(1), 0));
  addFact(B, ne(param(0), 0));
  addFact(B, eq(param(1), 1));
  intersectFacts(A, B);
  ASSERT_EQ(A.size(), 1u);
  EXPECT_EQ(A[0], ne(param(0), 0)) << "5 is not 0: the weaker fact survives";
}

TEST_F(PredicatesTest, AddressesAreNotNull) {
  EXPECT_EQ(condition(Pool.make(ValueKind::Func, 3)), Truth::True);
  EXPECT_EQ(condition(bin(ValueKind::Eq, Pool.make(ValueKind::Global, 3), c(0))), Truth::False);
}

} // namespace
