//===- ReclaimTests.cpp - Allocations, scopes and holders of snippets -----===//
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
// Masks
//===----------------------------------------------------------------------===//

TEST(Reclaim, ConstantMaskDecidesBothLevels) {
  ReclaimProgram T(R"(
    void kernel(void) { might_alloc(KERNEL); }
    void nofs(void) { might_alloc(NOFS); }
    void noio(void) { might_alloc(NOIO); }
    void nowait(void) { might_alloc(KERNEL & ~DIRECT); })");
  EXPECT_THAT(T.kinds("kernel"), ElementsAre("any", "fs", "io"));
  EXPECT_THAT(T.kinds("nofs"), ElementsAre("any", "io"));
  EXPECT_THAT(T.kinds("noio"), ElementsAre("any"));
  EXPECT_THAT(T.kinds("nowait"), IsEmpty()) << "no direct reclaim";
  for (const Atom &A : T.effects("kernel").Atoms) {
    EXPECT_THAT(A.When, IsEmpty());
    EXPECT_EQ(A.Gfp, T.S->Pool.constant(0xcc0));
    EXPECT_EQ(A.Callee, NoFunc);
  }
}

TEST(Reclaim, MaskOfAParameterIsTheGuard) {
  ReclaimProgram T("void alloc(int order, gfp_t gfp) { might_alloc(gfp); }");
  const VId Gfp = T.S->Pool.make(ValueKind::Param, 1);
  const Atom *Fs = T.atom("alloc", AtomKind::Fs), *Io = T.atom("alloc", AtomKind::Io);
  ASSERT_TRUE(Fs && Io) << T.dump("alloc");
  EXPECT_EQ(Fs->Gfp, Gfp);
  auto Set = [&](uint64_t Bit) { return Pred{Gfp, PredOp::Ne, false, Bit, 0}; };
  EXPECT_THAT(Fs->When, testing::UnorderedElementsAre(Set(0x400), Set(0x80)));
  EXPECT_THAT(Io->When, testing::UnorderedElementsAre(Set(0x400), Set(0x40)));
}

TEST(Reclaim, BitThatTheFunctionClearsEndsTheLevel) {
  ReclaimProgram T(R"(
    void nofs(gfp_t gfp) { might_alloc(gfp & ~FS); }
    void nowait(gfp_t gfp) { might_alloc(gfp & ~DIRECT); }
    void both(gfp_t gfp) { might_alloc((gfp & ~FS) | FS); })");
  EXPECT_THAT(T.kinds("nofs"), ElementsAre("any", "io"));
  EXPECT_THAT(T.kinds("nowait"), IsEmpty());
  EXPECT_THAT(T.kinds("both"), ElementsAre("any", "fs", "io"));
}

TEST(Reclaim, BitThatTheFunctionSetsIsNoLongerAsked) {
  ReclaimProgram T("void f(gfp_t gfp) { might_alloc(gfp | FS); }");
  const Atom *Fs = T.atom("f", AtomKind::Fs);
  ASSERT_TRUE(Fs);
  ASSERT_THAT(Fs->When, SizeIs(1)) << T.dump("f");
  EXPECT_EQ(Fs->When[0].Mask, 0x400u);
}

TEST(Reclaim, TestedMaskIsKnown) {
  ReclaimProgram T(R"(
    void without(gfp_t gfp) { if (!(gfp & FS)) might_alloc(gfp); }
    void with(gfp_t gfp) { if (gfp & FS) might_alloc(gfp); })");
  EXPECT_THAT(T.kinds("without"), ElementsAre("any", "io"));
  EXPECT_THAT(T.kinds("with"), ElementsAre("any", "fs", "io"));
}

TEST(Reclaim, SelectOfMasksIsTheCallersArgument) {
  ReclaimProgram T(R"(
    static void alloc(int wait) { might_alloc(wait ? KERNEL : NOWAIT); }
    void good(struct tx *h) {
      tx_enter(h);
      alloc(0);
      tx_end(h);
    }
    void bad(void *x) {
      folio_hold(x);
      alloc(1);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("10: folio in bad"));
}

TEST(Reclaim, MaskChangedOnSomePathsHasTheParametersBit) {
  // Which of the paths was taken is lost where they join; __GFP_FS comes from the
  // parameter on either.
  ReclaimProgram T(R"(
    void f(gfp_t gfp) {
      switch (any()) {
      case 1: gfp |= 0x100; break;
      case 2: gfp &= ~0x2000u; break;
      }
      might_alloc(gfp);
    }
    void good(void *x) { folio_hold(x); f(NOFS); folio_drop(x); }
    void bad(void *x) { folio_hold(x); f(KERNEL); folio_drop(x); })");
  const Atom *Fs = T.atom("f", AtomKind::Fs);
  ASSERT_TRUE(Fs);
  EXPECT_EQ(Fs->Gfp, T.S->Pool.make(ValueKind::Param, 0)) << T.dump("f");
  EXPECT_THAT(Fs->When, SizeIs(2)) << T.dump("f");
  EXPECT_THAT(T.found(), ElementsAre("10: folio in bad"));
}

TEST(Reclaim, MaskChangedInALoopHasTheParametersBit) {
  ReclaimProgram T(R"(
    void f(gfp_t gfp) {
      while (any()) {
        might_alloc(gfp);
        gfp |= 0x100;
      }
    }
    void good(void *x) { folio_hold(x); f(NOFS); folio_drop(x); }
    void bad(void *x) { folio_hold(x); f(KERNEL); folio_drop(x); })");
  EXPECT_THAT(T.found(), ElementsAre("9: folio in bad"));
}

TEST(Reclaim, BitClearedOnEveryPathIsCleared) {
  ReclaimProgram T(R"(
    void f(gfp_t gfp) {
      switch (any()) {
      case 1: gfp &= ~FS; break;
      case 2: gfp = NOFS; break;
      default: gfp = 0;
      }
      might_alloc(gfp);
    }
    void g(void *x) { folio_hold(x); f(KERNEL); folio_drop(x); })");
  EXPECT_THAT(T.kinds("f"), ElementsAre("any", "io"));
  EXPECT_THAT(T.found(), IsEmpty());
}

TEST(Reclaim, BitSetOnOnePathDoesNotComeFromTheParameter) {
  ReclaimProgram T(R"(
    void f(gfp_t gfp) {
      switch (any()) {
      case 1: gfp |= FS; break;
      case 2: gfp |= 0x100; break;
      }
      might_alloc(gfp);
    }
    void g(void *x) { folio_hold(x); f(NOFS); folio_drop(x); })");
  EXPECT_THAT(T.found(), SizeIs(1)) << T.dump("f");
}

TEST(Reclaim, UnknownMaskIsAGuess) {
  ReclaimProgram T(R"(
    void known(void *x) { folio_hold(x); might_alloc(KERNEL); folio_drop(x); }
    void unknown(void *x, float mask) { folio_hold(x); might_alloc((gfp_t)mask); folio_drop(x); })");
  ASSERT_THAT(T.S->Defects, SizeIs(2));
  for (const Defect &D : T.S->Defects)
    EXPECT_EQ(D.Chain.How, D.Func == T.function("known") ? Evidence::Certain : Evidence::Guess);
}

TEST(Reclaim, ReclaimersArgumentIsTheModels) {
  ReclaimProgram T(R"(
    void shrink(int nid, gfp_t gfp);
    void f(void) { shrink(KERNEL, NOFS); })",
                   "reclaims: [{functions: [shrink], argument: 1, why: w}]\n");
  EXPECT_THAT(T.kinds("f"), ElementsAre("any", "io"));
}

TEST(Reclaim, LevelsThatTheTreeDoesNotHaveAreNotFound) {
  TestProgram T({{"t.c", std::string(ReclaimPrelude) + "void f(void) { might_alloc(KERNEL); }"}},
                {ReclaimModel});
  EXPECT_THAT(T.effects("f").Atoms, IsEmpty());
}

//===----------------------------------------------------------------------===//
// Holders
//===----------------------------------------------------------------------===//

TEST(Reclaim, HolderForbidsItsLevelOnly) {
  ReclaimProgram T(R"(
    void fs(void *x) {
      folio_hold(x);
      might_alloc(KERNEL);
      might_alloc(NOFS);
      folio_drop(x);
    }
    void io(void *q) {
      queue_hold(q);
      might_alloc(KERNEL);
      might_alloc(NOFS);
      might_alloc(NOIO);
      queue_drop(q);
    }
    void sleeps(void *x) {
      folio_hold(x);
      might_alloc(NOIO);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("10: queue in io", "11: queue in io", "4: folio in fs"));
}

TEST(Reclaim, HolderIsOverWhenItsObjectIsGivenBack) {
  ReclaimProgram T(R"(
    void f(void *x, void *y) {
      folio_hold(x);
      folio_hold(y);
      folio_drop(x);
      might_alloc(KERNEL);
      folio_drop(y);
      might_alloc(KERNEL);
    })");
  EXPECT_THAT(T.found(), ElementsAre("6: folio in f"));
}

TEST(Reclaim, ResultIsHeldWhereItIsAPointer) {
  ReclaimProgram T(R"(
    void f(void) {
      struct tx *h = tx_begin();
      if ((unsigned long)h >= (unsigned long)-4095) {
        might_alloc(KERNEL);
        return;
      }
      might_alloc(KERNEL);
      tx_end(h);
      might_alloc(KERNEL);
    })");
  EXPECT_THAT(T.found(), ElementsAre("8: tx in f"));
}

TEST(Reclaim, TwoResultsEndOneByOne) {
  ReclaimProgram T(R"(
    void f(void) {
      struct tx *a = tx_begin();
      if ((unsigned long)a >= (unsigned long)-4095) return;
      struct tx *b = tx_begin();
      if ((unsigned long)b < (unsigned long)-4095)
        tx_end(b);
      might_alloc(KERNEL);
      tx_end(a);
      might_alloc(KERNEL);
    })");
  EXPECT_THAT(T.found(), ElementsAre("8: tx in f"));
}

TEST(Reclaim, HeldWhenNonzeroAndWhenZero) {
  ReclaimProgram T(R"(
    void nonzero(struct tx *h) {
      if (!tx_try(h)) {
        might_alloc(KERNEL);
        return;
      }
      might_alloc(KERNEL);
      tx_end(h);
    }
    void zero(struct tx *h) {
      if (tx_enter(h)) {
        might_alloc(KERNEL);
        return;
      }
      might_alloc(KERNEL);
      tx_end(h);
    })");
  EXPECT_THAT(T.found(), ElementsAre("15: tx in zero", "7: tx in nonzero"));
}

TEST(Reclaim, AllOfAContextEnd) {
  ReclaimProgram T(R"(
    void f(struct tx *a, struct tx *b, void *x) {
      folio_hold(x);
      if (!tx_try(a) || !tx_try(b))
        return;
      tx_end_all();
      might_alloc(KERNEL);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("7: folio in f"));
}

TEST(Reclaim, BodyOfAHoldersPrimitiveCounts) {
  // What the function that begins does itself is done before.
  ReclaimProgram T(R"(
    struct tx *tx_begin(void) { might_alloc(KERNEL); return any() ? (void *)-12l : get_tx(); }
    void tx_end(struct tx *h) {
      might_alloc(KERNEL);
    }
    void begin(void) {
      struct tx *h = tx_begin();
    }
    void end(struct tx *unused, void *x) {
      folio_hold(x);
      struct tx *h = tx_begin();
      folio_drop(x);
    })",
                   "");
  EXPECT_THAT(T.kinds("begin"), ElementsAre("any", "fs", "io"));
  EXPECT_THAT(T.found(), testing::Contains("11: folio in end"));
}

TEST(Reclaim, HolderEndsAfterTheBodyOfItsEnd) {
  ReclaimProgram T(R"(
    void folio_drop(void *x) { might_alloc(KERNEL); }
    void f(void *x) {
      folio_hold(x);
      folio_drop(x);
      might_alloc(KERNEL);
    })");
  EXPECT_THAT(T.found(), ElementsAre("5: folio in f"));
}

TEST(Reclaim, HolderBegunInACallee) {
  ReclaimProgram T(R"(
    struct tx *start(struct foo *f) { return f->tx = tx_begin(); }
    void bad(struct foo *f) {
      struct tx *h = start(f);
      if ((unsigned long)h >= (unsigned long)-4095) {
        might_alloc(KERNEL);
        return;
      }
      might_alloc(KERNEL);
      tx_end(h);
    })");
  EXPECT_THAT(T.found(), ElementsAre("9: tx in bad"));
}

TEST(Reclaim, MaskDecidedByTheCallerOfTheHolder) {
  ReclaimProgram T(R"(
    static void held(void *x, gfp_t gfp) {
      folio_hold(x);
      might_alloc(gfp);
      folio_drop(x);
    }
    void good(void *x) { held(x, NOFS); }
    void bad(void *x) {
      held(x, KERNEL);
    })");
  EXPECT_THAT(T.found(), ElementsAre("9: folio in bad"));
  ASSERT_THAT(T.S->Defects, SizeIs(1));
  EXPECT_TRUE(T.S->Defects[0].InCallee);
}

TEST(Reclaim, MaskThatNoCallerGivesIsNoFinding) {
  ReclaimProgram T(R"(
    void held(void *x, gfp_t gfp) {
      folio_hold(x);
      might_alloc(gfp);
      folio_drop(x);
    }
    void good(void *x) { held(x, NOFS); })");
  EXPECT_THAT(T.found(), IsEmpty());
}

TEST(Reclaim, CallbackIsEnteredInAHolder) {
  ReclaimProgram T(R"(
    struct ops { int (*queue)(void *); };
    static int handle(void *x) {
      might_alloc(NOFS);
      return 0;
    }
    static int careful(void *x) { might_alloc(NOIO); return 0; }
    const struct ops a = { handle }, b = { careful };)",
                   "callbacks: [{members: [ops.queue], context: queue, phrase: handler}]\n");
  EXPECT_THAT(T.found(), ElementsAre("4: queue in handle"));
  EXPECT_NE(T.S->Defects[0].Entry, nullptr);
}

//===----------------------------------------------------------------------===//
// Scopes
//===----------------------------------------------------------------------===//

TEST(Reclaim, ScopeTakesItsLevelsAway) {
  ReclaimProgram T(R"(
    void nofs(void) {
      unsigned int token = memalloc_nofs_save();
      might_alloc(KERNEL);
      memalloc_nofs_restore(token);
    }
    void noio(void) {
      unsigned int token = memalloc_noio_save();
      might_alloc(KERNEL);
      memalloc_noio_restore(token);
    }
    void after(void) {
      unsigned int token = memalloc_noio_save();
      memalloc_noio_restore(token);
      might_alloc(KERNEL);
    })");
  EXPECT_THAT(T.kinds("nofs"), ElementsAre("any", "io"));
  EXPECT_THAT(T.kinds("noio"), ElementsAre("any"));
  EXPECT_THAT(T.kinds("after"), ElementsAre("any", "fs", "io"));
}

TEST(Reclaim, ScopeCoversWhatIsCalled) {
  ReclaimProgram T(R"(
    void alloc(gfp_t gfp) { might_alloc(gfp); }
    void f(void *x, gfp_t gfp) {
      unsigned int token = memalloc_nofs_save();
      folio_hold(x);
      alloc(KERNEL);
      alloc(gfp);
      memalloc_nofs_restore(token);
      alloc(KERNEL);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("9: folio in f"));
}

TEST(Reclaim, ScopesNest) {
  ReclaimProgram T(R"(
    void f(void *x) {
      folio_hold(x);
      unsigned int outer = memalloc_nofs_save();
      unsigned int inner = memalloc_nofs_save();
      memalloc_nofs_restore(inner);
      might_alloc(KERNEL);
      memalloc_nofs_restore(outer);
      might_alloc(KERNEL);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("9: folio in f"));
}

TEST(Reclaim, TokenOfALocalInAMember) {
  // The member is where the scope is known by, also in another function.
  ReclaimProgram T(R"(
    void enter(struct foo *f) { f->token = memalloc_nofs_save(); }
    void leave(struct foo *f) { memalloc_nofs_restore(f->token); }
    void f(struct foo *f, void *x) {
      folio_hold(x);
      enter(f);
      might_alloc(KERNEL);
      leave(f);
      might_alloc(KERNEL);
      folio_drop(x);
    })");
  ASSERT_THAT(T.effects("enter").Outcomes, SizeIs(1));
  ASSERT_THAT(T.effects("enter").Outcomes[0].Begun, SizeIs(1));
  EXPECT_NE(T.effects("enter").Outcomes[0].Begun[0].Lock, 0u) << T.dump("enter");
  EXPECT_THAT(T.found(), ElementsAre("9: folio in f"));
}

TEST(Reclaim, TokenInAMemberDoesNotEndTheScopeOfALocal) {
  ReclaimProgram T(R"(
    void leave(struct foo *f) { memalloc_nofs_restore(f->token); }
    void f(struct foo *f, void *x) {
      folio_hold(x);
      unsigned int token = memalloc_nofs_save();
      leave(f);
      might_alloc(KERNEL);
      memalloc_nofs_restore(token);
      might_alloc(KERNEL);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("9: folio in f"));
}

TEST(Reclaim, TokenOfALocalDoesNotEndTheScopeOfAMember) {
  ReclaimProgram T(R"(
    void f(struct foo *f, void *x) {
      folio_hold(x);
      f->token = memalloc_nofs_save();
      unsigned int token = memalloc_nofs_save();
      memalloc_nofs_restore(token);
      might_alloc(KERNEL);
      memalloc_nofs_restore(f->token);
      might_alloc(KERNEL);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("9: folio in f"));
}

TEST(Reclaim, ReturnedTokenIsTheCallersScope) {
  ReclaimProgram T(R"(
    unsigned int enter(void) { return memalloc_nofs_save(); }
    void leave(unsigned int token) { memalloc_nofs_restore(token); }
    void f(void *x) {
      folio_hold(x);
      unsigned int token = enter();
      might_alloc(KERNEL);
      leave(token);
      might_alloc(KERNEL);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("9: folio in f"));
}

TEST(Reclaim, ScopeOfOneOutcome) {
  ReclaimProgram T(R"(
    int enter(struct foo *f) {
      if (any())
        return -5;
      f->token = memalloc_nofs_save();
      return 0;
    }
    void f(struct foo *f, void *x) {
      folio_hold(x);
      if (enter(f)) {
        might_alloc(KERNEL);
        folio_drop(x);
        return;
      }
      might_alloc(KERNEL);
      memalloc_nofs_restore(f->token);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("11: folio in f"));
}

TEST(Reclaim, ScopeOnACondition) {
  ReclaimProgram T(R"(
    void f(void *x, int nofs) {
      unsigned int token = 0;
      folio_hold(x);
      if (nofs)
        token = memalloc_nofs_save();
      if (nofs)
        might_alloc(KERNEL);
      else
        might_alloc(KERNEL);
      if (nofs)
        memalloc_nofs_restore(token);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("10: folio in f"));
}

TEST(Reclaim, ScopeOfTheCallerEndedInACallee) {
  ReclaimProgram T(R"(
    void swap(struct foo *f) {
      memalloc_nofs_restore(f->token);
      might_alloc(KERNEL);
      f->token = memalloc_nofs_save();
    }
    void f(struct foo *f, void *x) {
      folio_hold(x);
      f->token = memalloc_nofs_save();
      swap(f);
      might_alloc(KERNEL);
      memalloc_nofs_restore(f->token);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("10: folio in f"));
}

TEST(Reclaim, ScopeAroundAFunctionThatIsPassedOn) {
  ReclaimProgram T(R"(
    void each(void (*fn)(void)) {
      unsigned int token = memalloc_nofs_save();
      fn();
      memalloc_nofs_restore(token);
    }
    void plain(void (*fn)(void)) { fn(); }
    static void one(void) { might_alloc(KERNEL); }
    void f(void *x) {
      folio_hold(x);
      each(one);
      plain(one);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("12: folio in f"));
}

TEST(Reclaim, FlagsOfTheTaskAreAScope) {
  ReclaimProgram T(R"(
    void stored(void *x) {
      folio_hold(x);
      get_current()->flags |= PF_NOFS;
      might_alloc(KERNEL);
      get_current()->flags &= ~PF_NOFS;
      might_alloc(KERNEL);
      folio_drop(x);
    }
    void other(void *x) {
      folio_hold(x);
      get_current()->flags |= 1;
      might_alloc(KERNEL);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("13: folio in other", "7: folio in stored"));
}

TEST(Reclaim, TestOfTheTasksFlagsIsAScope) {
  ReclaimProgram T(R"(
    void f(void *x) {
      folio_hold(x);
      if (get_current()->flags & PF_NOFS)
        might_alloc(KERNEL);
      else
        might_alloc(KERNEL);
      folio_drop(x);
    })");
  EXPECT_THAT(T.found(), ElementsAre("7: folio in f"));
}

//===----------------------------------------------------------------------===//
// Possession and members of the task
//===----------------------------------------------------------------------===//

constexpr const char *Possession = "possession: [{type: \"struct tx *\", context: tx, why: w}]\n";

TEST(Reclaim, HandedTheObjectIsInside) {
  ReclaimProgram T(R"(
    void f(struct tx *h) {
      might_alloc(KERNEL);
    }
    void g(struct foo *h) {
      might_alloc(KERNEL);
    })",
                   Possession);
  EXPECT_THAT(T.found(), ElementsAre("3: tx in f"));
  EXPECT_EQ(T.S->Defects[0].Held.Where, AtEntry);
}

TEST(Reclaim, HandedNothingIsOutside) {
  ReclaimProgram T(R"(
    void f(struct tx *h) {
      if (!h) {
        might_alloc(KERNEL);
        return;
      }
      might_alloc(KERNEL);
    }
    void g(struct tx *h) { might_alloc(h ? NOFS : KERNEL); })",
                   Possession);
  EXPECT_THAT(T.found(), ElementsAre("7: tx in f"));
}

TEST(Reclaim, PossessionEndsWithTheObject) {
  ReclaimProgram T(R"(
    void f(struct tx *h) {
      tx_end(h);
      might_alloc(KERNEL);
    })",
                   Possession);
  EXPECT_THAT(T.found(), IsEmpty());
  ASSERT_THAT(T.effects("f").Outcomes, SizeIs(1));
  EXPECT_THAT(T.effects("f").Outcomes[0].Ended, SizeIs(1)) << "the caller's";
}

TEST(Reclaim, PossessionIsNotBegunForTheCaller) {
  ReclaimProgram T("int f(struct tx *h) { return h->state; }", Possession);
  ASSERT_THAT(T.effects("f").Outcomes, SizeIs(1));
  EXPECT_THAT(T.effects("f").Outcomes[0].Begun, IsEmpty());
}

TEST(Reclaim, PrivateDataThatIsHandedOnIsTheObject) {
  ReclaimProgram T(R"(
    static int use(struct tx *h) { return h->state; }
    int filter(int n, void *data) {
      might_alloc(KERNEL);
      return use(data);
    }
    int other(int n, void *data) {
      might_alloc(KERNEL);
      return use(0);
    })",
                   Possession);
  EXPECT_THAT(T.found(), ElementsAre("4: tx in filter"));
}

constexpr const char *TaskMember = "task_members: [{member: journal_info, context: tx, why: w}]\n";

TEST(Reclaim, MemberOfTheTaskHoldsWhileItIsSet) {
  ReclaimProgram T(R"(
    void set(struct tx *h) {
      get_current()->journal_info = h;
      might_alloc(KERNEL);
      get_current()->journal_info = 0;
      might_alloc(KERNEL);
    }
    void saved(struct tx *h) {
      void *old = get_current()->journal_info;
      get_current()->journal_info = h;
      might_alloc(KERNEL);
      get_current()->journal_info = old;
      might_alloc(KERNEL);
    }
    void other(struct task_struct *t, struct tx *h) {
      t->journal_info = h;
      get_current()->other = 1;
      might_alloc(KERNEL);
    })",
                   TaskMember);
  EXPECT_THAT(T.found(), ElementsAre("11: tx in saved", "4: tx in set"));
}

TEST(Reclaim, NestedInTheCallersIsJudgedWhereItBegins) {
  // It has a transaction already: with it may have come a scope, which is not seen here.
  ReclaimProgram T(R"(
    void f(void *x) {
      folio_hold(x);
      if (get_current()->journal_info)
        might_alloc(KERNEL);
      else
        might_alloc(KERNEL);
      folio_drop(x);
    })",
                   TaskMember);
  EXPECT_THAT(T.found(), ElementsAre("7: folio in f"));
}

//===----------------------------------------------------------------------===//
// Outcomes
//===----------------------------------------------------------------------===//

const Outcome *outcomeWith(const FunctionEffects &E, bool Begins) {
  for (const Outcome &O : E.Outcomes)
    if (O.Begun.empty() != Begins)
      return &O;
  return nullptr;
}

TEST(Reclaim, ErrorPointersAreAnOutcomeOfTheirOwn) {
  ReclaimProgram T(R"(
    struct tx *start(struct foo *f, int n) {
      if (n < 0)
        return (struct tx *)(long)-22;
      folio_hold(f);
      return f->tx;
    })");
  const FunctionEffects &E = T.effects("start");
  ASSERT_THAT(E.Outcomes, SizeIs(2)) << T.dump("start");
  const Outcome *Failed = outcomeWith(E, false);
  ASSERT_TRUE(Failed && outcomeWith(E, true));
  ASSERT_THAT(Failed->Result, SizeIs(1)) << T.dump("start");
  EXPECT_TRUE(evalConst(Failed->Result[0], -22));
  EXPECT_FALSE(evalConst(Failed->Result[0], 4096));
}

TEST(Reclaim, ErrorPointerTellsThatNothingBegan) {
  ReclaimProgram T(R"(
    struct tx *start(struct foo *f) {
      struct tx *h = tx_begin();
      if ((unsigned long)h >= (unsigned long)-4095)
        return h;
      h->state = 1;
      return h;
    }
    struct tx *outer(struct foo *f) {
      struct tx *h = start(f);
      if ((unsigned long)h >= (unsigned long)-4095)
        look(f);
      return h;
    }
    void f(struct foo *f) {
      struct tx *h = outer(f);
      if ((unsigned long)h >= (unsigned long)-4095) {
        might_alloc(KERNEL);
        return;
      }
      might_alloc(KERNEL);
      tx_end(h);
      might_alloc(KERNEL);
    })");
  EXPECT_THAT(T.found(), ElementsAre("21: tx in f"));
}

TEST(Reclaim, OutcomesAlikeAreOne) {
  ReclaimProgram T(R"(
    struct tx *look_up(struct foo *f, int n) {
      if (n < 0)
        return (struct tx *)(long)-22;
      return f->tx;
    })");
  ASSERT_THAT(T.effects("look_up").Outcomes, SizeIs(1)) << T.dump("look_up");
  EXPECT_THAT(T.effects("look_up").Outcomes[0].Result, IsEmpty());
}

TEST(Reclaim, DisjunctionIsDecidedByFacts) {
  // Neither holds where each was tested alone.
  ReclaimProgram T(R"(
    void f(void *x, int a, int b) {
      int either = a == 1 || b == 2;
      if (a != 1 && b != 2)
        folio_hold(x);
      if (either)
        might_alloc(KERNEL);
      if (a != 1 && b != 2)
        folio_drop(x);
    })");
  EXPECT_THAT(T.found(), IsEmpty());
}

TEST(Reclaim, ReturnedChoiceIsDecidedByFacts) {
  // What was chosen by a value that no caller sees.
  ReclaimProgram T(R"(
    int start(void *x) {
      int n = any();
      if (n)
        folio_hold(x);
      return n ? 0 : -22;
    }
    void f(void *x) {
      if (start(x)) {
        might_alloc(KERNEL);
        return;
      }
      might_alloc(KERNEL);
      folio_drop(x);
    })");
  const FunctionEffects &E = T.effects("start");
  ASSERT_TRUE(outcomeWith(E, true) && outcomeWith(E, false)) << T.dump("start");
  EXPECT_EQ(outcomeWith(E, true)->Ret, RC_Zero);
  EXPECT_EQ(outcomeWith(E, false)->Ret, RC_Negative);
  EXPECT_THAT(T.found(), ElementsAre("13: folio in f"));
}

TEST(Reclaim, BodyOfAHoldersPrimitiveDecidesWhetherItBegan) {
  // The body succeeds with the folio held, or fails without.
  ReclaimProgram T(R"(
    int tx_enter(struct tx *h) {
      if (any())
        return -5;
      folio_hold(h);
      return 0;
    }
    int f(struct tx *h) { return tx_enter(h); })");
  const FunctionEffects &E = T.effects("f");
  ASSERT_THAT(E.Outcomes, SizeIs(2)) << T.dump("f");
  for (const Outcome &O : E.Outcomes)
    EXPECT_TRUE(O.Begun.empty() || O.Begun.size() == 2) << T.dump("f");
}

} // namespace
