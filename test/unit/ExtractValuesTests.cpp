//===- ExtractValuesTests.cpp - How expressions become values -------------===//
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

// The value that `EXPR` has in a function with the parameters and types below.
std::string valueOf(const std::string &Expr, const std::string &Before = "") {
  std::string Body = bodyOf(R"c(
    typedef unsigned int gfp_t;
    typedef unsigned long size_t;
    #define offsetof(T, M) __builtin_offsetof(T, M)
    #define container_of(ptr, type, member) ({ \
        void *__mptr = (void *)(ptr); \
        ((type *)(__mptr - offsetof(type, member))); })
    #define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
    #define likely(x) __builtin_expect(!!(x), 1)
    #define min(a, b) ({ typeof(a) _a = (a); typeof(b) _b = (b); _a < _b ? _a : _b; })
    enum { BIT_A, BIT_B = 6 };
    typedef struct { int counter; } atomic_t;
    struct list { struct list *next; };
    struct inner { int x; };
    struct s {
      gfp_t flags;
      struct list link;
      struct inner in[4];
      struct inner *ptr;
      union { int u; struct { long deep; }; };
      struct { int m; } un;
      atomic_t count;
      unsigned bit : 3;
      gfp_t (*op)(struct s *);
    };
    gfp_t global; struct s gs; struct list *head;
    static const _Bool never = 0;
    long use(long); gfp_t g(gfp_t); struct s rec(void);
    long f(gfp_t gfp, struct s *s, size_t n, struct list *l) {
  )c" + Before + "\n  return (long)(" +
                            Expr + ");\n}\n");
  size_t At = Body.rfind("return ");
  return At == std::string::npos ? Body : Body.substr(At + 7, Body.find('\n', At) - At - 7);
}

TEST(ExtractValues, LineNumbersAreNotKnown) {
  EXPECT_EQ(valueOf("__LINE__"), "?");
  EXPECT_EQ(valueOf("min(gfp, 7)"), valueOf("\n\nmin(gfp, 7)"));
}

TEST(ExtractValues, FoldsFlagWords) {
  EXPECT_EQ(valueOf("gfp & ~0x40u"), "param0 & ~0x40");
  EXPECT_EQ(valueOf("(gfp | 0x10) & ~0x40u & ~0x80u"), "(param0 & ~0xc0) | 16");
  EXPECT_EQ(valueOf("(gfp | 0x40) & ~0x40u"), "param0 & ~0x40");
  EXPECT_EQ(valueOf("((gfp_t)(1UL << BIT_B)) | 1"), "65");
  EXPECT_EQ(valueOf("gfp & 0x40 ? 1 : 0"), "(param0 & 64) != 0");
  EXPECT_EQ(valueOf("sizeof(struct inner) * 2"), "8");
  EXPECT_EQ(valueOf("(unsigned char)0x1ff"), "255");
}

TEST(ExtractValues, NamesMembersByTheirNearestNamedRecord) {
  EXPECT_EQ(valueOf("s->flags"), "param1->flags");
  EXPECT_EQ(valueOf("&s->link"), "&param1->link");
  EXPECT_EQ(valueOf("s->deep"), "param1->deep");
  EXPECT_EQ(valueOf("s->un.m"), "param1->un.m");
  EXPECT_EQ(valueOf("s->in[2].x"), "param1->in[2].x");
  EXPECT_EQ(valueOf("s->in[n].x"), "param1->in[].x");
  EXPECT_EQ(valueOf("s->ptr->x"), "param1->ptr->x");
  EXPECT_EQ(valueOf("gs.count.counter"), "gs.count.counter");
  EXPECT_EQ(valueOf("s->bit"), "param1->bit");
  EXPECT_EQ(valueOf("rec().flags"), "call0->flags");
  EXPECT_EQ(valueOf("s[1].flags"), "param1[1].flags");
  EXPECT_EQ(valueOf("s[0].flags"), "param1->flags");
}

TEST(ExtractValues, SeesThroughContainerOf) {
  EXPECT_EQ(valueOf("container_of(l, struct s, link)"), "container_of(param3, s, link)");
  EXPECT_EQ(valueOf("container_of(l, struct s, link)->flags"),
            "container_of(param3, s, link)->flags");
  EXPECT_EQ(valueOf("&container_of(l, struct s, link)->link"), "param3");
  EXPECT_EQ(valueOf("container_of(&s->link, struct s, link)"), "param1");
  EXPECT_EQ(valueOf("(char *)s + offsetof(struct s, link)"), "&param1->link");
}

TEST(ExtractValues, SubstitutesLocals) {
  EXPECT_EQ(valueOf("x", "gfp_t x = gfp; x |= 4; x &= ~1u;"), "(param0 & ~0x1) | 4");
  EXPECT_EQ(valueOf("READ_ONCE(x)", "gfp_t x = gfp;"), "param0");
  EXPECT_EQ(valueOf("READ_ONCE(s->flags)"), "param1->flags");
  EXPECT_EQ(valueOf("min(n, (size_t)3)"), "(param2 < 3) ? param2 : 3");
  EXPECT_EQ(valueOf("x++ + x", "int x = 1;"), "3");
  EXPECT_EQ(valueOf("g(gfp) ?: 7"), "call0 ? call0 : 7");
  EXPECT_EQ(valueOf("likely(gfp)"), "param0 != 0");
  EXPECT_EQ(valueOf("(use(1), gfp)"), "param0");
}

TEST(ExtractValues, JoinsAsSelectOnCleanDiamonds) {
  EXPECT_EQ(valueOf("x", "gfp_t x = 1; if (n) x = 2;"), "param2 ? 2 : 1");
  EXPECT_EQ(valueOf("x", "gfp_t x; if (n && gfp) x = 2; else x = gfp;"),
            "(param2 && param0) ? 2 : param0");
  EXPECT_EQ(valueOf("n ? g(1) : 3"), "param2 ? call0 : 3");
  EXPECT_THAT(valueOf("x", "gfp_t x = 1; switch (n) { case 1: x = 2; break; case 2: x = 3; }"),
              HasSubstr("{2, 3, 1}"));
}

TEST(ExtractValues, LoopsMakePhis) {
  EXPECT_THAT(valueOf("i", "int i = 0; while (use(i)) i++;"),
              testing::MatchesRegex("phi.*\\?.*0.*|phi.*0.*"));
  // Not changed in the loop: no phi.
  EXPECT_EQ(valueOf("gfp", "while (use(1)) use(gfp);"), "param0");
}

TEST(ExtractValues, PrunesWhatIsConstant) {
  EXPECT_EQ(valueOf("__builtin_constant_p(n) ? 1 : 2"), "2");
  EXPECT_EQ(valueOf("__builtin_constant_p(7) ? 1 : 2"), "1");
  EXPECT_EQ(valueOf("__builtin_choose_expr(1, n, 3)"), "param2");
  EXPECT_EQ(valueOf("_Generic(gfp, unsigned int: 5, default: 6)"), "5");
  EXPECT_EQ(valueOf("never ? 1 : 2"), "2");
  EXPECT_EQ(valueOf("__builtin_types_compatible_p(gfp_t, unsigned int)"), "1");
}

TEST(ExtractValues, KeepsRecordsInMemory) {
  EXPECT_EQ(valueOf("x.flags", "struct s x = { .flags = gfp };"), "param0");
  EXPECT_EQ(valueOf("x.bit", "struct s x = { };"), "0");
  EXPECT_EQ(valueOf("x.flags", "struct s x = { .flags = gfp }; use((long)&x);"), "local0.flags");
  EXPECT_EQ(valueOf("x.flags", "struct s x = { .flags = gfp }, y = x; x.bit = 1;"), "param0");
}

TEST(ExtractValues, OverflowBuiltinsWrite) {
  EXPECT_EQ(valueOf("d", "size_t d; if (__builtin_add_overflow(n, 1, &d)) return 0;"),
            "param2 + 1");
}

TEST(ExtractValues, EmptyAsmHidesNothing) {
  EXPECT_EQ(valueOf("x", R"(gfp_t x = gfp; asm("" : "=r"(x) : "0"(x));)"), "param0");
  EXPECT_EQ(valueOf("x", R"(gfp_t x = gfp; asm("" : "+r"(x));)"), "param0");
  EXPECT_EQ(valueOf("x", R"(gfp_t x = gfp; asm("nop" : "=r"(x));)"), "?");
}

TEST(ExtractValues, DisplacedObjectsKeepTheirName) {
  // As this_cpu_ptr() has it.
  EXPECT_EQ(valueOf("&((struct s *)t)->link", R"(unsigned long t; asm("mov" : "=r"(t));
                     t += (unsigned long)(&gs);)"),
            "&gs[].link");
  EXPECT_EQ(valueOf("((struct s *)((unsigned long)(s->ptr) + use(1)))->flags"),
            "param1->ptr[].flags");
}

TEST(ExtractValues, TwoLoadsMayDiffer) {
  std::string Body = bodyOf(R"c(
    struct s { void *p; };
    void h(void);
    void f(struct s *s) { void *p = s->p; if (p != s->p) h(); }
  )c");
  EXPECT_THAT(Body, HasSubstr("h()"));
  EXPECT_THAT(Body, HasSubstr("-> 1 if"));
}

} // namespace
