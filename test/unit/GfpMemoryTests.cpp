//===- GfpMemoryTests.cpp - GFP flags in memory, callers' scopes ----------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReclaimProgram.h"
#include "gmock/gmock.h"

using namespace gfpcheck;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

//===----------------------------------------------------------------------===//
// Local variables and results through pointers
//===----------------------------------------------------------------------===//

TEST(GfpMemory, LocalWhoseAddressIsTaken) {
  ReclaimProgram T(R"(
    void f(void) {
      gfp_t gfp = NOFS;
      gfp_t *p = &gfp;
      look(0);
      might_alloc(*p);
    }
    void g(gfp_t given) {
      gfp_t gfp = given & ~FS;
      gfp_t *p = &gfp;
      look(0);
      might_alloc(*p);
    })");
  EXPECT_THAT(T.kinds("f"), ElementsAre("any", "io"));
  EXPECT_THAT(T.kinds("g"), ElementsAre("any", "io"));
}

TEST(GfpMemory, MaskReturnedThroughAPointer) {
  ReclaimProgram T(R"(
    static void limit(gfp_t *gfp) { *gfp = NOFS; }
    static void clear(gfp_t *gfp) { *gfp &= ~FS; }
    static void zero(gfp_t *gfp) { *gfp |= 0x100; }
    void f(void) { gfp_t gfp = KERNEL; limit(&gfp); might_alloc(gfp); }
    void g(void) { gfp_t gfp = KERNEL; clear(&gfp); might_alloc(gfp); }
    void h(void) { gfp_t gfp = NOFS; zero(&gfp); might_alloc(gfp); })");
  ASSERT_THAT(T.effects("limit").GfpResults, SizeIs(1));
  EXPECT_EQ(T.effects("limit").GfpResults[0].Address, T.S->Pool.make(ValueKind::Param, 0));
  EXPECT_EQ(T.effects("limit").GfpResults[0].Value, T.S->Pool.constant(0xc40));
  EXPECT_THAT(T.effects("zero").GfpResults, IsEmpty()) << "says nothing of reclaim";
  EXPECT_THAT(T.kinds("f"), ElementsAre("any", "io"));
  EXPECT_THAT(T.kinds("g"), ElementsAre("any", "io"));
  EXPECT_THAT(T.kinds("h"), ElementsAre("any", "io"));
}

TEST(GfpMemory, OneOfSeveralMasksIsUnknown) {
  ReclaimProgram T(R"(
    static void limit(gfp_t *gfp, int n) {
      switch (n) {
      case 0: *gfp = NOFS; look(0); break;
      default: *gfp = KERNEL; look(0);
      }
    }
    void f(void) { gfp_t gfp = NOIO; limit(&gfp, any()); might_alloc(gfp); })");
  ASSERT_THAT(T.effects("limit").GfpResults, SizeIs(1)) << T.dump("limit");
  EXPECT_EQ(T.effects("limit").GfpResults[0].Value, 0u);
  EXPECT_THAT(T.kinds("f"), ElementsAre("any", "fs", "io"));
}

TEST(GfpMemory, OnlyMasksAreResults) {
  ReclaimProgram T(R"(
    static void set(unsigned int *n) { *n = NOFS; }
    void f(void) { unsigned int n = KERNEL; set(&n); might_alloc(n); })");
  EXPECT_THAT(T.effects("set").GfpResults, IsEmpty());
  EXPECT_THAT(T.kinds("f"), ElementsAre("any", "fs", "io"));
}

//===----------------------------------------------------------------------===//
// Members
//===----------------------------------------------------------------------===//

constexpr const char *Types = "struct mapping { gfp_t gfp_mask; }; "
                              "struct inode { struct mapping *i_mapping; struct mapping i_data; }; "
                              "struct page { struct mapping *mapping; }; "
                              "struct glock { struct mapping own; }; ";
constexpr const char *Members = "gfp_members:\n"
                                "  - {member: mapping.gfp_mask, owners: [inode.i_mapping, "
                                "inode.i_data, page.mapping], why: w}\n"
                                "  - {member: foo.mask, why: w}\n";

ReclaimProgram withMembers(Files Units) {
  for (auto &[Name, Code] : Units)
    Code = Types + Code;
  return ReclaimProgram(std::move(Units), Members);
}

TEST(GfpMemory, StoreToAMemberIsKept) {
  ReclaimProgram T(R"(
    void constant(struct foo *f) { f->mask = NOFS; }
    void given(struct foo *f, gfp_t mask) { f->mask = mask; }
    void clear(struct foo *f) { f->mask &= ~FS; }
    void other(struct foo *f) { f->state = NOFS; })",
                   Members);
  ASSERT_THAT(T.effects("constant").GfpStores, SizeIs(1));
  EXPECT_EQ(T.effects("constant").GfpStores[0].Value, T.S->Pool.constant(0xc40));
  ASSERT_THAT(T.effects("given").GfpStores, SizeIs(1));
  EXPECT_EQ(T.effects("given").GfpStores[0].Value, T.S->Pool.make(ValueKind::Param, 1));
  EXPECT_THAT(T.effects("clear").GfpStores, SizeIs(1));
  EXPECT_THAT(T.effects("other").GfpStores, IsEmpty());
}

TEST(GfpMemory, StoreInACalleeIsSeenByItsCaller) {
  ReclaimProgram T(R"(
    static void set(struct foo *f, gfp_t mask) { f->mask = mask; }
    void good(struct foo *f, void *x) {
      set(f, NOFS);
      folio_hold(x);
      might_alloc(f->mask);
      folio_drop(x);
    })",
                   Members);
  EXPECT_THAT(T.found(), IsEmpty());
}

const char *const Use = "void use(struct foo *f, void *x) { folio_hold(x); might_alloc(f->mask); "
                        "folio_drop(x); }";

TEST(GfpMemory, ProvidersOwnStoreDecides) {
  // Each has a mask of its own.
  ReclaimProgram T(
      Files{{"fs/a/a.c", std::string("void a_init(struct foo *f) { f->mask = NOFS; }\nstatic ") +
                             Use + "void a(struct foo *f) { use(f, f); }"},
            {"fs/b/b.c", std::string("void b_init(struct foo *f) { f->mask = KERNEL; }\nstatic ") +
                             Use + "void b(struct foo *f) { use(f, f); }"}},
      Members);
  ASSERT_THAT(T.S->Defects, SizeIs(1));
  EXPECT_EQ(T.P.functionFile(T.S->Defects[0].Func), "fs/b/b.c");
  ASSERT_THAT(T.S->Defects[0].Memory, testing::Not(IsEmpty()));
}

TEST(GfpMemory, StrictestStoreOfAProviderDecides) {
  ReclaimProgram T(
      Files{{"fs/a/a.c", std::string("void init(struct foo *f) { f->mask = KERNEL; }"
                                     "void strict(struct foo *f) { f->mask = NOFS; }") +
                             Use}},
      Members);
  EXPECT_THAT(T.S->Defects, IsEmpty());
}

TEST(GfpMemory, MaskOfTheCallerIsThatOfItsProvider) {
  // The setter is the core's, the mask is the filesystem's.
  ReclaimProgram T(
      Files{{"mm/set.c", "void set(struct foo *f, gfp_t mask) { f->mask = mask; }"},
            {"fs/a/a.c", std::string("void set(struct foo *, gfp_t); void init(struct foo *f) "
                                     "{ set(f, NOFS); }\nstatic ") +
                             Use + "void a(struct foo *f) { use(f, f); }"},
            {"fs/b/b.c", std::string("void set(struct foo *, gfp_t); void init_b(struct foo *f) "
                                     "{ set(f, KERNEL); }\nstatic ") +
                             Use + "void b(struct foo *f) { use(f, f); }"}},
      Members);
  ASSERT_THAT(T.S->Defects, SizeIs(1));
  EXPECT_EQ(T.P.functionFile(T.S->Defects[0].Func), "fs/b/b.c");
}

/// Whether what is stored decides the only finding; one that it does not is uncertain.
bool decided(const Files &Units) {
  ReclaimProgram T(Units, Members);
  EXPECT_THAT(T.S->Defects, SizeIs(1));
  return T.S->Defects.size() == 1 && T.S->Defects[0].Chain.How == Evidence::Certain;
}

TEST(GfpMemory, CoresDefaultIsThatOfWhoSetsNone) {
  const char *Default = "void init(struct foo *f) { f->mask = KERNEL; }";
  EXPECT_TRUE(decided({{"mm/init.c", Default}, {"fs/a/a.c", Use}}));
  EXPECT_FALSE(decided({{"fs/a/a.c", Use}})) << "nobody sets it";
}

TEST(GfpMemory, CoresDefaultThatIsStrictDoesNotDecide) {
  // Who sets up the object may have set another.
  const char *Default = "void init(struct foo *f) { f->mask = NOFS; }";
  EXPECT_FALSE(decided({{"mm/init.c", Default}, {"fs/a/a.c", Use}}));
}

TEST(GfpMemory, OtherProvidersStoreDoesNotDecide) {
  const char *Other = "void init(struct foo *f) { f->mask = NOFS; }";
  EXPECT_FALSE(decided({{"fs/b/b.c", Other}, {"fs/a/a.c", Use}}));
}

TEST(GfpMemory, UsualOwnersAreOne) {
  // An inode's mapping is reached from its pages too.
  ReclaimProgram T = withMembers({{"fs/a/a.c", R"(
    void init(struct inode *i) { i->i_data.gfp_mask = NOFS; }
    void f(struct page *p) {
      folio_hold(p);
      might_alloc(p->mapping->gfp_mask);
      folio_drop(p);
    })"}});
  EXPECT_THAT(T.S->Defects, IsEmpty());
}

TEST(GfpMemory, ObjectOfAnotherOwnerHasItsOwnMask) {
  ReclaimProgram T = withMembers({{"fs/a/a.c", R"(
    void init(struct glock *g, struct inode *i) {
      g->own.gfp_mask = NOFS;
      i->i_mapping->gfp_mask = KERNEL;
    }
    void good(struct glock *g) {
      folio_hold(g);
      might_alloc(g->own.gfp_mask);
      folio_drop(g);
    }
    void bad(struct inode *i) {
      folio_hold(i);
      might_alloc(i->i_mapping->gfp_mask);
      folio_drop(i);
    })"}});
  EXPECT_THAT(T.found(), ElementsAre("13: folio in bad"));
}

TEST(GfpMemory, OwnersMaskIsKnownToOtherProviders) {
  ReclaimProgram T = withMembers(
      {{"fs/a/a.c", "void init(struct glock *g) { g->own.gfp_mask = NOFS; }"}, {"fs/b/b.c", R"(
    void f(struct glock *g) {
      folio_hold(g);
      might_alloc(g->own.gfp_mask);
      folio_drop(g);
    })"}});
  EXPECT_THAT(T.S->Defects, IsEmpty());
}

TEST(GfpMemory, ObjectThatOnlyTheFunctionKnows) {
  ReclaimProgram T = withMembers({{"fs/a/a.c", R"(
    struct inode *get(void);
    void init(void) { get()->i_mapping->gfp_mask = NOFS; }
    void f(void *x) {
      folio_hold(x);
      might_alloc(get()->i_mapping->gfp_mask);
      folio_drop(x);
    })"}});
  EXPECT_THAT(T.S->Defects, IsEmpty());
}

//===----------------------------------------------------------------------===//
// Who calls without a scope
//===----------------------------------------------------------------------===//

std::string exposedBy(const TestProgram &T, llvm::StringRef Name, AtomKind K = AtomKind::Fs) {
  FuncId By = T.S->ExposedBy[unsigned(K)][T.function(Name)];
  return By == NoFunc ? "" : T.P.functionName(By).str();
}

TEST(Exposed, FunctionThatNobodyCallsIsItself) {
  ReclaimProgram T("void f(void) { look(0); }");
  EXPECT_EQ(exposedBy(T, "f"), "f");
}

TEST(Exposed, CallInAScopeDoesNotExpose) {
  ReclaimProgram T(R"(
    void leaf(void) { look(0); }
    void inner(void) { leaf(); }
    void top(void) {
      unsigned int token = memalloc_nofs_save();
      inner();
      memalloc_nofs_restore(token);
    })");
  EXPECT_EQ(exposedBy(T, "top"), "top");
  EXPECT_EQ(exposedBy(T, "inner"), "");
  EXPECT_EQ(exposedBy(T, "leaf"), "");
  EXPECT_EQ(exposedBy(T, "inner", AtomKind::Io), "top") << "the scope allows I/O";
  EXPECT_EQ(exposedBy(T, "leaf", AtomKind::Io), "inner");
}

TEST(Exposed, OneCallWithoutIsEnough) {
  ReclaimProgram T(R"(
    void leaf(void) { look(0); }
    void scoped(void) {
      unsigned int token = memalloc_nofs_save();
      leaf();
      memalloc_nofs_restore(token);
    }
    void before(void) {
      leaf();
      unsigned int token = memalloc_nofs_save();
      leaf();
      memalloc_nofs_restore(token);
    })");
  EXPECT_EQ(exposedBy(T, "leaf"), "before");
}

TEST(Exposed, ScopeOnSomePathsOnly) {
  ReclaimProgram T(R"(
    void leaf(void) { look(0); }
    void f(int n) {
      unsigned int token = 0;
      if (n) token = memalloc_nofs_save();
      leaf();
      if (n) memalloc_nofs_restore(token);
    })");
  EXPECT_EQ(exposedBy(T, "leaf"), "f");
}

TEST(Exposed, FindingThatNobodyReachesWithoutAScopeIsNone) {
  const char *Code = R"(
    static void alloc(void *x) {
      folio_hold(x);
      might_alloc(KERNEL);
      folio_drop(x);
    }
    void f(void *x) {
      unsigned int token = memalloc_%s_save();
      alloc(x);
      memalloc_%s_restore(token);
    })";
  auto In = [&](const std::string &Scope) {
    std::string Text = Code;
    for (size_t At; (At = Text.find("%s")) != std::string::npos;)
      Text.replace(At, 2, Scope);
    return ReclaimProgram(Text).found();
  };
  EXPECT_THAT(In("nofs"), IsEmpty());
  EXPECT_THAT(In("pin"), SizeIs(1)) << "not a scope that prevents it";
}

TEST(Exposed, RootsBeginWithoutAScope) {
  // Called by nobody we see but the core.
  ReclaimProgram T(R"(
    struct timer_list { void (*function)(struct timer_list *); };
    static void expire(struct timer_list *t) { look(t); }
    void setup(struct timer_list *t) {
      unsigned int token = memalloc_nofs_save();
      t->function = expire;
      expire(t);
      memalloc_nofs_restore(token);
    })");
  EXPECT_EQ(exposedBy(T, "expire"), "expire");
}

TEST(Exposed, CallThroughAMemberInAScope) {
  const char *Code = R"(
    struct ops { void (*go)(void *); };
    static void one(void *x) { look(x); }
    const struct ops ops = { one };
    void scoped(const struct ops *o, void *x) {
      unsigned int token = memalloc_nofs_save();
      o->go(x);
      memalloc_nofs_restore(token);
    })";
  EXPECT_EQ(exposedBy(ReclaimProgram(Code), "one"), "");
  EXPECT_EQ(exposedBy(ReclaimProgram(std::string(Code) +
                                     "void plain(const struct ops *o, void *x) { o->go(x); }"),
                      "one"),
            "plain");
  // A callback of the model that is called through its member: those calls tell.
  EXPECT_EQ(exposedBy(ReclaimProgram(Code, "callbacks: [{members: [ops.go], context: queue, "
                                           "phrase: handler}]\n"),
                      "one"),
            "");
}

//===----------------------------------------------------------------------===//
// Whose code it is
//===----------------------------------------------------------------------===//

TEST(Provider, IsTheDirectoryOfOneFilesystemOrDriver) {
  auto Provider = [](const char *File) {
    TestProgram T({{File, "void f(void) {}"}}, {});
    return T.P.name(T.P.provider(T.function("f"))).str();
  };
  EXPECT_EQ(Provider("fs/alphafs/inode.c"), "fs/alphafs");
  EXPECT_EQ(Provider("fs/alphafs/lib/tree.c"), "fs/alphafs") << "directories of its own";
  EXPECT_EQ(Provider("fs/inode.c"), "");
  EXPECT_EQ(Provider("drivers/md/dm.c"), "drivers/md");
  EXPECT_EQ(Provider("drivers/md/beta/beta.c"), "drivers/md/beta") << "drivers nest by kind";
  EXPECT_EQ(Provider("net/gamma/gamma.c"), "net/gamma");
  EXPECT_EQ(Provider("block/partitions/a.c"), "block/partitions");
  EXPECT_EQ(Provider("mm/slub.c"), "");
  EXPECT_EQ(Provider("kernel/sched/core.c"), "");
  EXPECT_EQ(Provider("t.c"), "");
}

TEST(Provider, CoreDirectoriesOfTheModelHaveNone) {
  Model M;
  ASSERT_FALSE(bool(addModelText(M, "schema: 1\ncore: [fs/common/]\n", "m")));
  LinkInput In;
  SourceTree Tree;
  Tree.file("fs/common/a.c", "void f(void) {}").file("fs/alphafs/a.c", "void g(void) {}");
  In.Tus.push_back(Tree.extract("fs/common/a.c").Summary);
  In.Tus.push_back(Tree.extract("fs/alphafs/a.c").Summary);
  Program P = linkProgram(std::move(In), M);
  ASSERT_THAT(P.Functions, SizeIs(2));
  EXPECT_EQ(P.provider(0), 0u);
  EXPECT_NE(P.provider(1), 0u);
}

} // namespace
