//===- ModelTests.cpp - Reading the model ------------------------------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/model/Model.h"
#include "gtest/gtest.h"
#include <algorithm>

using namespace gfpcheck;

namespace {

std::string errorOf(llvm::StringRef Text) {
  llvm::Expected<Model> M = loadModel({});
  EXPECT_TRUE(bool(M));
  llvm::Error E = addModelText(*M, Text, "mine.yaml");
  return E ? llvm::toString(std::move(E)) : "";
}

TEST(Model, BuiltinLoads) {
  llvm::Expected<Model> M = loadModel({});
  ASSERT_TRUE(bool(M)) << llvm::toString(M.takeError());
  const FunctionModel *F = M->function("_raw_spin_lock_irqsave");
  ASSERT_TRUE(F);
  ASSERT_EQ(F->Ops.size(), 2u);
  EXPECT_EQ(M->Contexts[F->Ops[0].Context].Id, "spin");
  EXPECT_EQ(F->Ops[0].LockArg, 0);
  EXPECT_EQ(M->Contexts[F->Ops[1].Context].Id, "irq");
  EXPECT_TRUE(M->function("__raw_spin_lock_irqsave")) << "braces expand";
  EXPECT_FALSE(M->function("spin_lock")) << "derived from its body";
  EXPECT_NE(std::find(M->ProbeConstants.begin(), M->ProbeConstants.end(), "GFP_NOFS"),
            M->ProbeConstants.end())
      << "not only linux.yaml is built in";
}

TEST(Model, LaterFilesAdd) {
  llvm::Expected<Model> M = loadModel({});
  ASSERT_TRUE(bool(M));
  uint64_t Before = M->digest();
  ASSERT_FALSE(bool(addModelText(
      *M, "schema: 1\nsleepers:\n  - {functions: [my_wait], why: \"waits for hardware\"}\n", "m")));
  ASSERT_TRUE(M->function("my_wait"));
  EXPECT_EQ(M->function("my_wait")->TheRole, FunctionModel::Role::Sleep);
  EXPECT_NE(M->digest(), Before);
}

TEST(Model, ProbesAddUp) {
  Model M;
  auto Add = [&](llvm::StringRef Text) {
    llvm::Error E = addModelText(M, Text, "m");
    EXPECT_FALSE(bool(E));
  };
  Add("schema: 1\nprobe: {headers: [linux/gfp.h], constants: [GFP_KERNEL, GFP_NOFS]}\n");
  Add("schema: 1\n");
  Add("schema: 1\nprobe: {headers: [linux/gfp.h, linux/sched.h], constants: [PF_KSWAPD, "
      "GFP_NOFS]}\n");
  EXPECT_EQ(M.ProbeHeaders, (std::vector<std::string>{"linux/gfp.h", "linux/sched.h"}));
  EXPECT_EQ(M.ProbeConstants, (std::vector<std::string>{"GFP_KERNEL", "GFP_NOFS", "PF_KSWAPD"}));
}

TEST(Model, ErrorsSayWhatIsWrong) {
  EXPECT_EQ(errorOf("schema: 2\n"), "model 'mine.yaml': schema is 2, this gfpcheck reads schema 1");
  EXPECT_NE(errorOf("schema: 1\nsleeprs: []\n").find("unknown key 'sleeprs'"), std::string::npos);
  EXPECT_NE(errorOf("schema: 1\nprimitives:\n  - {functions: [f], ops: [\"+foo\"]}\n")
                .find("unknown context 'foo'"),
            std::string::npos);
  EXPECT_NE(errorOf("schema: 1\nprimitives:\n  - {functions: [f], ops: [\"spin\"]}\n")
                .find("does not start with +, - or 0"),
            std::string::npos);
  EXPECT_NE(errorOf("schema: 1\nprimitives:\n  - {functions: [f], ops: [\"+spin(x)\"]}\n")
                .find("expected an argument number"),
            std::string::npos);
  EXPECT_NE(errorOf("schema: 1\ncallbacks:\n  - {members: [foo], context: softirq, phrase: p}\n")
                .find("not of the form record.member"),
            std::string::npos);
  EXPECT_NE(
      errorOf("schema: 1\nprobe: {headers: [\"a.h>\"]}\n").find("is not the path of a header"),
      std::string::npos);
  EXPECT_NE(
      errorOf("schema: 1\nprobe: {constants: [\"1 + 2\"]}\n").find("'1 + 2' is not the name of"),
      std::string::npos);
  EXPECT_NE(errorOf("schema: [1\n").find("line"), std::string::npos);
}

} // namespace
