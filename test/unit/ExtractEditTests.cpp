//===- ExtractEditTests.cpp - Units whose main file is edited ---------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExtractTestHelper.h"
#include "gmock/gmock.h"

using namespace gfpcheck;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

constexpr const char *Header = R"(
#define ___GFP_NOLOCKDEP 0
#define mutex_lock_nested(lock, subclass) mutex_lock(lock)
#define ALLOC_FLAGS (0xcc0u | ___GFP_NOLOCKDEP)
struct mutex { int x; };
struct ops { void *(*alloc)(int); };
void mutex_lock(struct mutex *);
void *alloc(unsigned);
void *weak_alloc(int) __attribute__((weak));
static inline void *get(int n) { return alloc(n | ALLOC_FLAGS); }
static inline void *unused(int n) { return get(n); }
static const struct ops shared_ops = { .alloc = get };
)";

CompileCommand command() {
  CompileCommand C;
  C.Directory = "/src";
  C.File = "t.c";
  C.Args = {"clang", "-std=gnu11", "-nostdinc", "-I/src", "-c", "t.c"};
  return C;
}

void addHeaders(SourceTree &Tree) {
  Tree.file("h.h", Header)
      .file("late.h", "static inline void *late(void) { return alloc(0x40u | ALLOC_FLAGS); }\n")
      .file("code.h", "void *code(int n) { return n > 3 ? get(n) : alloc(ALLOC_FLAGS); }\n");
}

TuResult whole(llvm::StringRef Text) {
  SourceTree Tree;
  addHeaders(Tree);
  return Tree.file("t.c", Text).extract("t.c");
}

std::vector<uint64_t> hashes(const TuSummary &S) {
  std::vector<uint64_t> Out;
  for (const InlineRef &I : S.Inlines)
    Out.push_back(I.TokenHash);
  return Out;
}

class ExtractEdit : public testing::Test {
protected:
  ExtractEdit() { addHeaders(Tree); }

  TuResult edit(llvm::StringRef Text) {
    Tree.file("t.c", Text);
    return Tree.E.extract(command(), Cache);
  }

  /// The same as when nothing is kept, but for the inlines that have been given before.
  void expectSame(llvm::StringRef Text) {
    const TuResult Edited = edit(Text), Whole = whole(Text);
    EXPECT_FALSE(Edited.Failed) << Edited.FirstError;
    EXPECT_EQ(dumpSummary(Edited.Summary), dumpSummary(Whole.Summary));
    EXPECT_EQ(hashes(Edited.Summary), hashes(Whole.Summary));
    EXPECT_EQ(Edited.Inputs, Whole.Inputs);
  }

  SourceTree Tree;
  EditCache Cache;
};

} // namespace

TEST_F(ExtractEdit, GivesWhatAWholeRunGives) {
  expectSame("#include \"h.h\"\nvoid *f(int n) { return get(n); }\n");
  expectSame("#include \"h.h\"\nvoid *f(int n) { return alloc(ALLOC_FLAGS); }\n");
  expectSame("#include \"h.h\"\nvoid f(struct mutex *m) { mutex_lock_nested(m, 1); }\n"
             "static int *g(const struct ops *o) { return o->alloc(3); }\n"
             "int *h(void) { return g(&shared_ops); }\n");
}

TEST_F(ExtractEdit, InlinesAreGivenOnce) {
  EXPECT_THAT(edit("#include \"h.h\"\nvoid *f(int n) { return get(n); }\n").Inlines, SizeIs(2));
  const TuResult Again = edit("#include \"h.h\"\nvoid *f(int n) { return unused(n); }\n");
  EXPECT_THAT(Again.Inlines, IsEmpty());
  EXPECT_THAT(Again.Summary.Inlines, SizeIs(2)); // shared_ops has get()
}

TEST_F(ExtractEdit, OtherIncludes) {
  expectSame("#include \"h.h\"\nvoid *f(int n) { return get(n); }\n");
  expectSame("#include \"h.h\"\n#include \"late.h\"\nvoid *f(int n) { return late(); }\n");
  expectSame("#define ___GFP_NOLOCKDEP 0\nextern int x;\nint f(void) { return x; }\n");
}

TEST_F(ExtractEdit, HeadersAfterCode) {
  constexpr const char *Text = "#include \"h.h\"\nstatic int y;\n#include \"late.h\"\n"
                               "void *f(int n) { return late(); }\n";
  expectSame(Text);
  expectSame(Text);
}

TEST_F(ExtractEdit, FunctionsInThePreamble) {
  expectSame("#include \"h.h\"\n#include \"code.h\"\nvoid *f(int n) { return code(n); }\n");
  expectSame("#include \"h.h\"\n#include \"code.h\"\nvoid *f(int n) { return code(n + 1); }\n");
  EXPECT_THAT(edit("#include \"h.h\"\n#include \"code.h\"\n").Summary.Functions, SizeIs(1));
}

TEST_F(ExtractEdit, ErrorsAreSaid) {
  edit("#include \"h.h\"\nvoid *f(int n) { return get(n); }\n");
  const TuResult Half = edit("#include \"h.h\"\nvoid *f(int n) { return get(");
  EXPECT_TRUE(Half.Failed);
  EXPECT_THAT(Half.FirstError, testing::StartsWith("t.c:2:"));
  expectSame("#include \"h.h\"\nvoid *f(int n) { return get(n); }\n");
}
