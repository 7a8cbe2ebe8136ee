//===- ValuesTests.cpp - The algebra of values ------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/solve/Values.h"
#include "gtest/gtest.h"

using namespace gfpcheck;

namespace {

struct ValuesTest : testing::Test {
  ValuePool Pool;
  VId param(unsigned N) { return Pool.make(ValueKind::Param, N); }
  VId c(int64_t V) { return Pool.constant(V); }
};

TEST_F(ValuesTest, EqualShapesAreOneValue) {
  EXPECT_EQ(Pool.make(ValueKind::And, param(0), c(4)), Pool.make(ValueKind::And, param(0), c(4)));
  EXPECT_NE(param(0), param(1));
}

TEST_F(ValuesTest, BitsStayInAndOrForm) {
  VId X = Pool.make(ValueKind::And, param(0), c(~0x40));
  VId Y = Pool.make(ValueKind::And, X, c(~0x80));
  EXPECT_EQ(Y, Pool.make(ValueKind::And, param(0), c(~0xc0)));
  VId Z = Pool.make(ValueKind::Or, Pool.make(ValueKind::Or, param(0), c(1)), c(2));
  EXPECT_EQ(Z, Pool.make(ValueKind::Or, param(0), c(3)));
  // (x | 3) & 2 is (x & 2) | 2.
  VId W = Pool.make(ValueKind::And, Z, c(2));
  EXPECT_EQ(W, Pool.make(ValueKind::Or, Pool.make(ValueKind::And, param(0), c(2)), c(2)));
  EXPECT_EQ(Pool.make(ValueKind::And, param(0), c(0)), c(0));
}

TEST_F(ValuesTest, ConstantsFold) {
  EXPECT_EQ(Pool.make(ValueKind::Or, c(0x400), c(0x800)), c(0xc00));
  EXPECT_EQ(Pool.make(ValueKind::LNot, c(0)), c(1));
  EXPECT_EQ(Pool.make(ValueKind::Select, c(1), param(0), param(1)), param(0));
  EXPECT_EQ(Pool.make(ValueKind::Select, param(2), param(0), param(0)), param(0));
  EXPECT_EQ(Pool.make(ValueKind::Lt, c(-1), c(0)), c(1));
  EXPECT_EQ(Pool.make(ValueKind::Lt, c(-1), c(0), 0, /*unsigned=*/1), c(0));
}

TEST_F(ValuesTest, ContainerOfAndMemberCancel) {
  VId Outer = param(0);
  VId Inner = Pool.make(ValueKind::Field, Outer, 7, 8);
  EXPECT_EQ(Pool.make(ValueKind::Container, Inner, 7, 8), Outer);
  EXPECT_NE(Pool.make(ValueKind::Container, Inner, 7, 9), Outer);
  VId Container = Pool.make(ValueKind::Container, Outer, 7, 8);
  EXPECT_EQ(Pool.make(ValueKind::Field, Container, 7, 8), Outer);
}

TEST_F(ValuesTest, SubstitutionSimplifies) {
  VId Masked = Pool.make(ValueKind::And, param(0), c(0x400));
  VId Args[] = {c(0xcc0)};
  EXPECT_EQ(Pool.subst(Masked, Args), c(0x400));
  VId Missing = Pool.subst(Pool.make(ValueKind::Load, param(3)), Args);
  EXPECT_TRUE(Pool.node(Missing).Flags & VF_Opaque) << "a missing argument is unknown";
}

TEST_F(ValuesTest, DeepValuesBecomeUnknown) {
  VId V = param(0);
  for (int I = 0; I != 100; ++I)
    V = Pool.make(ValueKind::Load, Pool.make(ValueKind::Field, V, 1, 2));
  EXPECT_TRUE(Pool.node(V).Flags & VF_Opaque);
  EXPECT_LE(Pool.node(V).Depth, 100);
}

TEST_F(ValuesTest, ScratchValuesLeaveByImport) {
  VId Known = Pool.make(ValueKind::And, param(0), c(1));
  ValuePool Scratch(&Pool);
  // What the base pool has, the scratch pool finds.
  EXPECT_EQ(Scratch.make(ValueKind::And, param(0), c(1)), Known);
  VId New = Scratch.make(ValueKind::Or, param(0), Scratch.constant(2));
  EXPECT_TRUE(New & ScratchBit);
  VId Imported = Pool.import(New, Scratch);
  EXPECT_FALSE(Imported & ScratchBit);
  EXPECT_EQ(Imported, Pool.make(ValueKind::Or, param(0), c(2)));
  // A call result means nothing outside its function.
  VId Call = Scratch.make(ValueKind::Call, 3);
  EXPECT_EQ(Pool.import(Scratch.make(ValueKind::And, Call, Scratch.constant(2)), Scratch), 0u);
  // A phi of values that may leave does so as a set.
  VId Phi = Scratch.phi({Scratch.constant(5), Scratch.constant(6)}, /*Tag=*/9);
  VId Set = Pool.import(Phi, Scratch);
  ASSERT_EQ(Pool.node(Set).Kind, ValueKind::Phi);
  EXPECT_EQ(Pool.operands(Set).size(), 2u);
}

TEST_F(ValuesTest, ManyValuesSurviveGrowthOfTheTable) {
  std::vector<VId> Ids;
  for (int I = 0; I != 5000; ++I)
    Ids.push_back(Pool.make(ValueKind::Or, param(0), c(1 << 20 | I)));
  for (int I = 0; I != 5000; ++I)
    EXPECT_EQ(Pool.make(ValueKind::Or, param(0), c(1 << 20 | I)), Ids[I]);
}

} // namespace
