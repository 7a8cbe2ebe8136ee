//===- ExtractFlowTests.cpp - Blocks, guards and events -------------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExtractTestHelper.h"
#include "gmock/gmock.h"

using namespace gfpcheck;
using testing::HasSubstr;
using testing::Not;

namespace {

TEST(ExtractFlow, GuardsOfLogicalOperators) {
  EXPECT_EQ(bodyOf("int a(void); void g(void); void f(int x, int y)"
                   "{ if (x && !(y & 4) && a()) g(); }"),
            "0:\n"
            "-> 1 if param0\n"
            "-> 4 if !(param0)\n"
            "1:\n"
            "-> 4 if param1 & 4\n"
            "-> 2 if !(param1 & 4)\n"
            "2:\n"
            "call0 = a()\n"
            "-> 3 if call0\n"
            "-> 4 if !(call0)\n"
            "3:\n"
            "call1 = g()\n"
            "-> 4\n"
            "4:\n"
            "return ?\n");
}

TEST(ExtractFlow, DropsWhatDecidesAboutNothing) {
  EXPECT_EQ(bodyOf("void g(int); void f(int n, int *p) {"
                   "  int i, sum = 0;"
                   "  for (i = 0; i < n; i++) { if (p[i] > 3) sum += p[i]; else sum -= 1; }"
                   "  while (n & 1) n >>= 1;"
                   "  switch (n) { case 1: sum = 2; break; case 2: sum = 4; }"
                   "  g(3); }"),
            "0:\n"
            "call0 = g(3)\n"
            "return ?\n");
}

TEST(ExtractFlow, MarksBackEdgesAndMoves) {
  EXPECT_EQ(bodyOf("int g(int); void f(int gfp) { int x = 1; while (g(x)) x = gfp; }"),
            "0:\n"
            "-> 1 with phi1 = 1\n"
            "1:\n"
            "call0 = g(phi1{1, param0})\n"
            "-> 1 if call0 back with phi1 = param0\n"
            "-> 2 if !(call0)\n"
            "2:\n"
            "return ?\n");
}

TEST(ExtractFlow, SwitchHasRangesAndDefault) {
  std::string Body = bodyOf("void a(void); void b(void); void c(void); void f(int x) {"
                            " switch (x) { case 1 ... 3: a(); /* fall */ case 7: b(); break;"
                            " default: c(); } }");
  EXPECT_THAT(Body, HasSubstr("case 1...3 of param0"));
  EXPECT_THAT(Body, HasSubstr("case 7 of param0"));
  EXPECT_THAT(Body, HasSubstr("default of param0"));
}

TEST(ExtractFlow, ConstantSwitchKeepsOneCase) {
  EXPECT_EQ(bodyOf("void a(void); void b(void); void f(long x) {"
                   " switch (sizeof(x)) { case 4: a(); break; case 8: b(); break; } }"),
            "0:\ncall0 = b()\nreturn ?\n");
}

TEST(ExtractFlow, GotoOutOfACleanupScopeRunsIt) {
  EXPECT_EQ(bodyOf("struct m; void unlock(struct m **); struct m *lock(struct m *); int t(void);"
                   "int f(struct m *m) {"
                   "  { struct m *s __attribute__((cleanup(unlock))) = lock(m);"
                   "    if (t()) goto out; }"
                   "  return 1;"
                   "out: return 2; }"),
            "0:\n"
            "call0 = lock(param0)\n"
            "local0 = call0\n"
            "call1 = t()\n"
            "-> 1 if call1\n"
            "-> 2 if !(call1)\n"
            "1:\n"
            "call2 = unlock(&local0) cleanup\n"
            "return 2\n"
            "2:\n"
            "call3 = unlock(&local0) cleanup\n"
            "return 1\n");
}

TEST(ExtractFlow, ReturnValueIsComputedBeforeCleanup) {
  EXPECT_EQ(bodyOf("void put(int *); int g(void);"
                   "int f(void) { int x __attribute__((cleanup(put))) = 1; return g(); }"),
            "0:\n"
            "local0 = 1\n"
            "call0 = g()\n"
            "call1 = put(&local0) cleanup\n"
            "return call0\n");
}

TEST(ExtractFlow, NoReturnEndsAPathAndLeavesTheGuard) {
  EXPECT_EQ(bodyOf("void panic(void) __attribute__((noreturn)); void g(void);"
                   "void f(int x, int y) { if (x) panic(); if (y) __builtin_unreachable(); g(); }"),
            "0:\n"
            "-> 1 if param0\n"
            "-> 2 if !(param0)\n"
            "1:\n"
            "call0 = panic() noreturn\n"
            "2:\n"
            "-> 3 if !(param1)\n"
            "3:\n"
            "call1 = g()\n"
            "return ?\n");
}

TEST(ExtractFlow, DeadCodeIsNotThere) {
  EXPECT_EQ(bodyOf("void a(void); void b(void); void bad(void) __attribute__((error(\"no\")));"
                   "void f(int x) { if (0) a(); if (x == 3) bad(); if (sizeof(int) == 4) b();"
                   " return; a(); }"),
            "0:\n"
            "-> 1 if !(param0 == 3)\n"
            "1:\n"
            "call0 = b()\n"
            "return ?\n");
}

TEST(ExtractFlow, LabelInDeadCodeIsReached) {
  std::string Body = bodyOf("void a(void); void b(void); int f(int x) {"
                            " if (x) goto in; return 1; if (0) { b(); in: a(); } return 2; }");
  EXPECT_THAT(Body, HasSubstr("a()"));
  EXPECT_THAT(Body, Not(HasSubstr("b()")));
}

TEST(ExtractFlow, AsmGotoAndComputedGoto) {
  EXPECT_EQ(bodyOf("void a(void); void f(void) {"
                   " asm goto(\"jmp %l0\" : : : : l); return; l: a(); }"),
            "0:\n-> 1\n-> 2\n1:\ncall0 = a()\nreturn ?\n2:\nreturn ?\n");
  std::string Body = bodyOf("void a(void); void b(void); void f(int i) {"
                            " static void *t[] = {&&x, &&y}; goto *t[i]; x: a(); return;"
                            " y: b(); }");
  EXPECT_THAT(Body, HasSubstr("a()"));
  EXPECT_THAT(Body, HasSubstr("b()"));
}

TEST(ExtractFlow, CallsThroughPointers) {
  TuResult R = extractSource("struct ops { int (*read)(void *, int); };"
                             "int f(struct ops *o, void *p, int (*cb)(void *, int)) {"
                             " cb(p, 1); return o->read(p, 2); }"
                             "int g(void *p, int i) { return i; }");
  const Function &F = R.Summary.Functions[0];
  EXPECT_THAT(body(R.Summary, "f"), HasSubstr("(*param2)(param1, 1)"));
  EXPECT_THAT(body(R.Summary, "f"), HasSubstr("(*param0->read)(param1, 2)"));
  EXPECT_NE(F.Events[0].TypeHash, 0u);
  EXPECT_EQ(F.Events[0].TypeHash, F.Events[1].TypeHash);
  EXPECT_EQ(F.Events[0].TypeHash, R.Summary.Functions[1].TypeHash);
}

TEST(ExtractFlow, StoresAndTheirFlags) {
  EXPECT_EQ(bodyOf("struct s { unsigned flags; int n; void (*fn)(void); }; void cb(void);"
                   "void f(struct s *s) { s->flags |= 4; s->n++; s->fn = cb;"
                   " *(volatile int *)&s->n = 3; }"),
            "0:\n"
            "param0->flags = param0->flags | 4 rmw\n"
            "param0->n = param0->n + 1 rmw\n"
            "param0->fn = cb\n"
            "param0->n = 3\n"
            "return ?\n");
}

TEST(ExtractFlow, InitialisersStoreMemberByMember) {
  EXPECT_EQ(bodyOf("struct in { int a, b; }; struct s { struct in i; int n; void (*fn)(void); };"
                   "void cb(void); void g(struct s *);"
                   "void f(int x) { struct s s = { .i.b = x, .fn = cb };"
                   " g(&s); g(&(struct s){ .n = 2 }); }"),
            "0:\n"
            "local0 = 0\n"
            "local0.i.b = param0\n"
            "local0.fn = cb\n"
            "call0 = g(&local0)\n"
            "local1 = 0\n"
            "local1.n = 2\n"
            "call1 = g(&local1)\n"
            "return ?\n");
}

TEST(ExtractFlow, MacroAndLineAreOutermost) {
  TuResult R = extractSource("void lock(int *);\n#define inner(x) lock(x)\n"
                             "#define take(x) do { inner(x); } while (0)\n"
                             "void f(int *l)\n{\n  take(l);\n  lock(l);\n}\n");
  const Function &F = R.Summary.Functions[0];
  EXPECT_EQ(F.Events[0].Line, 6u);
  EXPECT_EQ(R.Summary.str(F.Events[0].Macro), "take");
  EXPECT_EQ(F.Events[1].Line, 7u);
  EXPECT_EQ(F.Events[1].Macro, 0u);
}

TEST(ExtractFlow, HugeFunctionsAreTruncated) {
  std::string Code = "int a(int); void b(void); void f(int x) {\n";
  for (int I = 0; I != 3000; ++I)
    Code += "if (a(" + std::to_string(I) + ")) b();\n";
  TuResult R = extractSource(Code + "}\n");
  EXPECT_TRUE(R.Summary.Functions[0].Flags & FF_Truncated);
  EXPECT_EQ(R.Summary.Functions[0].Blocks.size(), 4000u);
}

} // namespace
