//===- ExtractTests.cpp - Commands, symbols, initialisers, header inlines -===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExtractTestHelper.h"
#include "gmock/gmock.h"
#include <thread>

using namespace gfpcheck;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

namespace {

const Symbol *symbol(const TuSummary &S, llvm::StringRef Name) {
  for (const Symbol &Sym : S.Symbols)
    if (S.str(Sym.Name) == Name)
      return &Sym;
  return nullptr;
}

std::vector<std::string> unitNames(const TuResult &R) {
  std::vector<std::string> Names;
  for (const InlineUnit &U : R.Inlines)
    Names.push_back(U.Name);
  return Names;
}

TEST(ExtractCommand, DropsOutputsAndWhatClangDoesNotKnow) {
  TuResult R = extractSource("int x;", {"-o", "t.o", "-Wp,-MMD,t.d", "-MF", "x.d",
                                        "-fplugin=evil.so", "-Xclang", "-load", "-Xclang",
                                        "evil.so", "@nowhere", "-fconserve-stack",
                                        "-mno-such-thing", "-Wno-gcc-only", "-march=newer"});
  EXPECT_THAT(R.DroppedOptions, UnorderedElementsAre("@nowhere", "-fconserve-stack",
                                                     "-mno-such-thing", "-march=newer"));
}

TEST(ExtractCommand, TurnsMightSleepOn) {
  TuResult R = extractSource("#ifndef CONFIG_DEBUG_ATOMIC_SLEEP\n#error off\n#endif\n");
  EXPECT_FALSE(R.Failed);
}

TEST(ExtractCommand, ReadsAnnotationsForLockdep) {
  // As the headers define them without lockdep.
  const TuResult R = extractSource(R"c(
    struct mutex { int x; };
    struct lock_class_key { };
    void mutex_lock(struct mutex *lock);
    int mutex_lock_killable(struct mutex *lock);
    #define mutex_lock_nested(lock, subclass) mutex_lock(lock)
    #define mutex_lock_killable_nested(lock, subclass) mutex_lock_killable(lock)
    #define lockdep_set_class(lock, key) do { (void)(key); } while (0)
    #define lockdep_set_novalidate_class(lock) do { } while (0)
    #define ___GFP_NOLOCKDEP 0
    struct dev { struct mutex lock; };
    static struct lock_class_key key;
    int f(struct dev *d)
    {
      if (d)
        lockdep_set_class(&d->lock, &key);
      else
        lockdep_set_novalidate_class(&d->lock);
      mutex_lock_nested(&d->lock, 1);
      if (mutex_lock_killable_nested(&d->lock, 2))
        return 0;
      return ___GFP_NOLOCKDEP != 0;
    })c");
  const std::string Text = body(R.Summary, "f");
  EXPECT_THAT(Text, HasSubstr("lockdep_set_class(&param0->lock, &key)"));
  EXPECT_THAT(Text, HasSubstr("lockdep_set_novalidate_class(&param0->lock)"));
  EXPECT_THAT(Text, HasSubstr("mutex_lock_nested(&param0->lock, 1)"));
  EXPECT_THAT(Text, HasSubstr("mutex_lock_killable_nested(&param0->lock, 2)"));
  EXPECT_THAT(Text, HasSubstr("return 1"));
}

TEST(ExtractCommand, LeavesAKernelWithLockdepAlone) {
  const TuResult R = extractSource(R"c(
    struct mutex { int x; };
    void mutex_lock_nested(struct mutex *lock, unsigned int subclass);
    #define mutex_lock(lock) mutex_lock_nested(lock, 0)
    enum { NOLOCKDEP_BIT = 3 };
    #define ___GFP_NOLOCKDEP (1 << NOLOCKDEP_BIT)
    int f(struct mutex *m)
    {
      mutex_lock(m);
      return ___GFP_NOLOCKDEP;
    })c");
  EXPECT_THAT(body(R.Summary, "f"), HasSubstr("mutex_lock_nested(param0, 0)"));
  EXPECT_THAT(body(R.Summary, "f"), HasSubstr("return 8"));
}

TEST(ExtractCommand, FailsWithTheFirstError) {
  SourceTree Tree;
  Tree.file("bad.c", "int good(void) { return 3; }\nint f(void) { return missing; }\nint x = y;\n");
  TuResult R = Tree.extract("bad.c");
  EXPECT_TRUE(R.Failed);
  EXPECT_EQ(R.FirstError, "bad.c:2:22: use of undeclared identifier 'missing'");
  EXPECT_THAT(body(R.Summary, "good"), HasSubstr("return 3"));
  EXPECT_EQ(R.Summary.MainFile, "bad.c");

  R = Tree.extract("none.c");
  EXPECT_TRUE(R.Failed);
  EXPECT_THAT(R.FirstError, HasSubstr("none.c"));
}

TEST(ExtractCommand, LayoutAssertionsAreNoErrors) {
  EXPECT_FALSE(extractSource("_Static_assert(sizeof(int) == 3, \"layout\"); int x;").Failed);
}

TEST(ExtractCommand, NamesEveryInput) {
  SourceTree Tree;
  Tree.file("a.h", "#pragma once\n")
      .file("b/b.h", "")
      .file("t.c", "#include \"a.h\"\n#include <b/b.h>\n");
  EXPECT_THAT(Tree.extract("t.c").Inputs, ElementsAre("/src/a.h", "/src/b/b.h", "/src/t.c"));
}

TEST(ExtractSymbols, InternalOnesAreNamedByTheirDefinition) {
  TuResult R =
      extractSource("static int helper(int);\nint f(void) { return helper(1); }\n"
                    "extern int other(int);\n\nstatic int helper(int x)\n{ static int seen;"
                    " return other(x) + seen; }\n");
  const Symbol *Helper = symbol(R.Summary, "helper");
  ASSERT_TRUE(Helper);
  EXPECT_EQ(Helper->Flags, SF_Function | SF_Internal | SF_Defined);
  EXPECT_EQ(Helper->Line, 5u);
  EXPECT_EQ(R.Summary.str(Helper->File), "t.c");
  const Symbol *Other = symbol(R.Summary, "other");
  ASSERT_TRUE(Other);
  EXPECT_EQ(Other->Flags, SF_Function);
  EXPECT_EQ(Other->File, 0u);
  EXPECT_EQ(symbol(R.Summary, "seen")->Flags, SF_Internal | SF_Defined);
}

TEST(ExtractSymbols, WeakAliasAndSection) {
  TuResult R =
      extractSource("__attribute__((weak)) void w(void) {}\n"
                    "void target(void) {}\nvoid also(void) __attribute__((alias(\"target\")));\n"
                    "__attribute__((section(\".init.text\"))) void start(void) {}\n"
                    "void renamed(void) __asm__(\"linker_name\");\nvoid f(void) { renamed(); }\n");
  std::string Dump = dumpSummary(R.Summary);
  EXPECT_THAT(Dump, HasSubstr("void w() t.c:1 weak"));
  EXPECT_THAT(Dump, HasSubstr("alias:target"));
  EXPECT_THAT(Dump, HasSubstr("void start() t.c:4 init section:.init.text"));
  EXPECT_TRUE(symbol(R.Summary, "linker_name"));
}

TEST(ExtractSymbols, TypeHashDoesNotDependOnTheTu) {
  auto Hash = [](const char *Code) { return extractSource(Code).Summary.Functions[0].TypeHash; };
  EXPECT_EQ(Hash("struct s; int f(struct s *s, unsigned g) { return 0; }"),
            Hash("typedef unsigned gfp_t; int q; struct s { int x; }; struct t *y;"
                 "int g(struct s *t, gfp_t h) { return 1; }"));
  EXPECT_NE(Hash("struct s; int f(struct s *s) { return 0; }"),
            Hash("struct t; int f(struct t *s) { return 0; }"));
}

TEST(ExtractInits, FunctionPointersInRecords) {
  TuResult R = extractSource(
      "typedef int (*fn)(void); int a(void); int b(void);\n"
      "struct in { fn deep; }; struct ops { fn read; struct in in; union { fn one; fn two; };\n"
      "  const struct in *more; struct ops *self; };\n"
      "static struct in tail = { b };\n"
      "struct ops ops = { .read = a, .in.deep = b, .two = a, .more = &tail, .self = &ops };\n"
      "static struct in table[] = { { a }, [2] = { .deep = b } };\n"
      "const struct in *lit = &(const struct in){ .deep = (fn)a };\n"
      "fn plain = b;\n"
      "void g(void) { static struct in local = { a }; }\n");
  std::string Dump = dumpSummary(R.Summary);
  Dump = Dump.substr(Dump.find("init "));
  EXPECT_EQ(Dump, "init local.deep = a (in.deep)\n"
                  "init tail.deep = b (in.deep)\n"
                  "init ops.read = a (ops.read)\n"
                  "init ops.in.deep = b (in.deep)\n"
                  "init ops.two = a (ops.two)\n"
                  "init ops.more = tail (ops.more)\n"
                  "init table[0].deep = a (in.deep)\n"
                  "init table[2].deep = b (in.deep)\n"
                  "init lit.deep = a (in.deep)\n"
                  "init plain = b\n");
}

const char *const Header = R"c(
#pragma once
#ifndef FLAG
#define FLAG 1
#endif
#define PASTE2(a, b) a##b
#define PASTE(a, b) PASTE2(a, b)
int use(int, const char *);
static inline int plain(int x) { return use(x, MSG); }
static inline int flagged(int x) { return use(FLAG, ""); }
static inline int unique(int x) { int PASTE(tmp, __COUNTER__) = x; asm("" :: "i"(__COUNTER__)); return x; }
#define DEFINE(n) static inline int n##_get(void) { return FLAG; } static inline int n##_put(void) { return 2; }
DEFINE(foo)
)c";

TEST(ExtractInlines, AreParsedOnce) {
  SourceTree Tree;
  Tree.file("h.h", Header);
  for (const char *Name : {"a.c", "b.c", "c.c"})
    Tree.file(Name, "#define MSG \"" + std::string(Name) +
                        "\"\nint c = __COUNTER__;\n#include \"h.h\"\nint f(void) { return plain(1) "
                        "+ foo_get(); }\n");
  Tree.file("c.c", "#define MSG \"x\"\n#include \"h.h\"\nint c = __COUNTER__;\n");
  TuResult A = Tree.extract("a.c"), B = Tree.extract("b.c"), C = Tree.extract("c.c");
  EXPECT_THAT(unitNames(A),
              UnorderedElementsAre("plain", "flagged", "unique", "foo_get", "foo_put"));
  EXPECT_THAT(unitNames(B), IsEmpty());
  EXPECT_THAT(unitNames(C), IsEmpty());
  ASSERT_THAT(B.Summary.Inlines, SizeIs(2));
  EXPECT_EQ(B.Summary.str(B.Summary.Inlines[0].Name), "plain");
  EXPECT_EQ(B.Summary.Inlines[0].TokenHash, A.Inlines[0].TokenHash);
  EXPECT_EQ(B.Summary.str(B.Summary.Inlines[0].File), "h.h");
  EXPECT_EQ(A.Inlines[0].Summary.Functions[0].Flags & FF_HeaderInline, FF_HeaderInline);
}

TEST(ExtractInlines, VariantsAreToldApart) {
  SourceTree Tree;
  Tree.file("h.h", Header);
  Tree.file("a.c", "#define MSG \"\"\n#include \"h.h\"\nint f(void) { return flagged(1); }\n");
  Tree.file(
      "b.c",
      "#define MSG \"\"\n#define FLAG 2\n#include \"h.h\"\nint f(void) { return flagged(1); }\n");
  TuResult A = Tree.extract("a.c"), B = Tree.extract("b.c");
  EXPECT_THAT(unitNames(B), UnorderedElementsAre("flagged", "foo_get"));
  EXPECT_NE(A.Summary.Inlines[0].TokenHash, B.Summary.Inlines[0].TokenHash);
  for (const InlineUnit &U : B.Inlines)
    if (U.Name == "flagged") {
      EXPECT_EQ(U.TokenHash, B.Summary.Inlines[0].TokenHash);
      EXPECT_THAT(dumpSummary(U.Summary), HasSubstr("use(2,"));
    }
  EXPECT_THAT(unitNames(Tree.extract("a.c")), IsEmpty());
  EXPECT_THAT(unitNames(Tree.extract("b.c")), IsEmpty());
}

TEST(ExtractInlines, NestedMacrosCount) {
  SourceTree Tree;
  Tree.file("h.h", "#define OUTER(x) INNER(x)\n"
                   "static inline int deep(int x) { return OUTER(x); }\n");
  Tree.file("a.c", "int other(int);\n#define INNER(x) other(x)\n#include \"h.h\"\n");
  Tree.file("b.c", "#define INNER(x) (x)\n#include \"h.h\"\n");
  Tree.file("c.c", "#define INNER(x) other(x)\n#define other(x) 5\n#include \"h.h\"\n");
  EXPECT_THAT(unitNames(Tree.extract("a.c")), ElementsAre("deep"));
  EXPECT_THAT(unitNames(Tree.extract("b.c")), ElementsAre("deep"));
  EXPECT_THAT(unitNames(Tree.extract("c.c")), ElementsAre("deep"));
  EXPECT_THAT(unitNames(Tree.extract("a.c")), IsEmpty());
}

TEST(ExtractInlines, PastedNumbersStay) {
  SourceTree Tree;
  Tree.file("h.h", "typedef unsigned char u8; typedef unsigned short u16;\n"
                   "#define OP(sz) static inline u##sz get_##sz(void *p) { return *(u##sz *)p; }\n"
                   "#define OPS OP(8) OP(16)\nOPS\n");
  Tree.file("a.c", "#include \"h.h\"\nint f(void *p) { return get_8(p) + get_16(p); }\n");
  TuResult A = Tree.extract("a.c");
  EXPECT_THAT(unitNames(A), ElementsAre("get_8", "get_16"));
  EXPECT_NE(A.Inlines[0].TokenHash, A.Inlines[1].TokenHash);
  EXPECT_THAT(A.Summary.Inlines, SizeIs(2));
}

TEST(ExtractInlines, KnownOnesAreNotParsed) {
  SourceTree First, Second;
  First.file("h.h", Header).file("a.c", "#define MSG \"\"\n#include \"h.h\"\n");
  TuResult A = First.extract("a.c");
  Second.file("h.h", Header).file("a.c", "#define MSG \"\"\n#include \"h.h\"\n");
  for (const InlineUnit &U : A.Inlines)
    if (U.Name != "plain")
      Second.E.addKnownInline(U.File, U.Line, U.Name, U.FileDigest, U.TokenHash);
  EXPECT_EQ(A.Inlines[0].FileDigest, headerDigest(Header));
  EXPECT_THAT(unitNames(Second.extract("a.c")), ElementsAre("plain"));
}

TEST(ExtractInlines, FullRunGivesTheSame) {
  SourceTree Skip, Full(/*SkipInlines=*/false);
  for (SourceTree *Tree : {&Skip, &Full}) {
    Tree->file("h.h", Header);
    Tree->file("a.c", "#define MSG \"\"\n#include \"h.h\"\nint f(void) { return flagged(1); }\n");
    Tree->file(
        "b.c",
        "#define MSG \"\"\n#define FLAG 2\n#include \"h.h\"\nint f(void) { return flagged(1); }\n");
  }
  std::set<std::string> Skipped, All;
  for (const char *Name : {"a.c", "b.c"}) {
    TuResult S = Skip.extract(Name), F = Full.extract(Name);
    EXPECT_EQ(dumpSummary(S.Summary), dumpSummary(F.Summary));
    EXPECT_THAT(unitNames(F), SizeIs(5));
    for (const InlineUnit &U : S.Inlines)
      Skipped.insert(std::to_string(U.TokenHash) + dumpSummary(U.Summary));
    for (const InlineUnit &U : F.Inlines)
      All.insert(std::to_string(U.TokenHash) + dumpSummary(U.Summary));
  }
  EXPECT_EQ(Skipped, All);
}

TEST(ExtractInlines, AFailedTuGivesItsClaimsBack) {
  SourceTree Tree;
  Tree.file(
      "h.h",
      "static inline int g(void) { return unknown; }\nstatic inline int h(void) { return 1; }\n");
  Tree.file("a.c", "#include \"h.h\"\n").file("b.c", "int unknown;\n#include \"h.h\"\n");
  EXPECT_TRUE(Tree.extract("a.c").Failed);
  EXPECT_THAT(unitNames(Tree.extract("b.c")), UnorderedElementsAre("g", "h"));
}

TEST(ExtractInlines, ThreadsShareThem) {
  SourceTree Tree;
  Tree.file("h.h", Header);
  for (int I = 0; I != 8; ++I)
    Tree.file("t" + std::to_string(I) + ".c",
              "#define MSG \"\"\n#define FLAG " + std::to_string(I % 2) + "\n#include \"h.h\"\n");
  std::vector<TuResult> Results(8);
  std::vector<std::thread> Threads;
  for (int I = 0; I != 8; ++I)
    Threads.emplace_back([&, I] { Results[I] = Tree.extract("t" + std::to_string(I) + ".c"); });
  for (std::thread &T : Threads)
    T.join();
  std::multiset<std::string> Names;
  for (const TuResult &R : Results)
    for (const InlineUnit &U : R.Inlines)
      Names.insert(U.Name);
  EXPECT_THAT(Names, UnorderedElementsAre("plain", "unique", "foo_put", "flagged", "flagged",
                                          "foo_get", "foo_get"));
}

} // namespace
