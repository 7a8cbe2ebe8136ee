//===- SolverTests.cpp - Effects, guards and outcomes of snippets ---------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestProgram.h"
#include "gmock/gmock.h"

using namespace gfpcheck;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

namespace {

/// The outcome whose return value is in exactly \p Ret.
const Outcome *outcome(const FunctionEffects &E, uint8_t Ret) {
  for (const Outcome &O : E.Outcomes)
    if (O.Ret == Ret)
      return &O;
  return nullptr;
}

TEST(Solver, SleepIsGuardedByTheMaskOfAParameter) {
  TestProgram T(R"(
    void alloc(int order, gfp_t gfp) {
      if (gfp & 0x400)
        __might_sleep("", 0);
    })");
  const FunctionEffects &E = T.effects("alloc");
  ASSERT_THAT(E.Atoms, SizeIs(1));
  ASSERT_THAT(E.Atoms[0].When, SizeIs(1));
  const Pred &When = E.Atoms[0].When[0];
  EXPECT_EQ(When.V, T.S->Pool.make(ValueKind::Param, 1));
  EXPECT_EQ(When.Mask, 0x400u);
  EXPECT_TRUE(evalConst(When, 0xcc0));
  EXPECT_FALSE(evalConst(When, 0x820));
  EXPECT_EQ(E.Atoms[0].How, Evidence::Certain);
  EXPECT_EQ(E.Atoms[0].Callee, NoFunc);
}

TEST(Solver, CallersConstantDecidesAGuard) {
  TestProgram T(R"(
    void alloc(gfp_t gfp) { if (gfp & 0x400) __might_sleep("", 0); }
    void wrap(gfp_t gfp) { alloc(gfp | 0x100); }
    void bad(struct dev *d) {
      _raw_spin_lock(&d->lock);
      wrap(0xcc0);
      _raw_spin_unlock(&d->lock);
    }
    void good(struct dev *d) {
      _raw_spin_lock(&d->lock);
      wrap(0x820);
      _raw_spin_unlock(&d->lock);
    })");
  EXPECT_THAT(T.found(), ElementsAre("6: spin in bad"));
  EXPECT_THAT(T.effects("good").Atoms, IsEmpty());
  // What is a finding here is not one again in the callers.
  EXPECT_THAT(T.effects("bad").Atoms, IsEmpty());
}

TEST(Solver, MaskedParameterCannotSleep) {
  TestProgram T(R"(
    void alloc(gfp_t gfp) { if (gfp & 0x400) __might_sleep("", 0); }
    void nowait(gfp_t gfp) { alloc(gfp & ~0x400u); }
    void upgrade(gfp_t gfp) { alloc(gfp | 0x400); })");
  EXPECT_THAT(T.effects("nowait").Atoms, IsEmpty());
  ASSERT_THAT(T.effects("upgrade").Atoms, SizeIs(1));
  EXPECT_THAT(T.effects("upgrade").Atoms[0].When, IsEmpty());
}

TEST(Solver, DefectBelowAParameterIsDecidedByTheCaller) {
  TestProgram T(R"(
    void alloc(gfp_t gfp) { if (gfp & 0x400) __might_sleep("", 0); }
    static void locked(struct dev *d, gfp_t gfp) {
      _raw_spin_lock(&d->lock);
      alloc(gfp);
      _raw_spin_unlock(&d->lock);
    }
    void good(struct dev *d) { locked(d, 0x820); }
    void bad(struct dev *d) {
      locked(d, 0xcc0);
    })");
  ASSERT_THAT(T.effects("locked").Atoms, SizeIs(1));
  EXPECT_THAT(T.effects("locked").Atoms[0].Inside, SizeIs(1));
  EXPECT_TRUE(T.effects("locked").Atoms[0].Decided);
  EXPECT_THAT(T.found(), ElementsAre("10: spin in bad"));
  EXPECT_TRUE(T.S->Defects[0].InCallee);
}

TEST(Solver, LockLeftHeldOnSuccessOnly) {
  TestProgram T(R"(
    int take(struct dev *d) {
      _raw_spin_lock(&d->lock);
      if (any()) {
        _raw_spin_unlock(&d->lock);
        return -5;
      }
      return 0;
    }
    void f(struct dev *d) {
      if (take(d)) {
        __might_sleep("", 0);
        return;
      }
      __might_sleep("", 0);
      _raw_spin_unlock(&d->lock);
    })");
  const FunctionEffects &E = T.effects("take");
  ASSERT_THAT(E.Outcomes, SizeIs(2));
  const Outcome *Failure = outcome(E, RC_Negative), *Success = outcome(E, RC_Zero);
  ASSERT_TRUE(Failure && Success) << T.dump("take");
  EXPECT_THAT(Failure->Begun, IsEmpty());
  ASSERT_THAT(Success->Begun, SizeIs(1));
  EXPECT_TRUE(Success->Begun[0].Sure);
  EXPECT_THAT(T.found(), ElementsAre("15: spin in f"));
}

TEST(Solver, WrapperOfATrylock) {
  TestProgram T(R"(
    int take(struct dev *d) { return _raw_spin_trylock(&d->lock); }
    void f(struct dev *d) {
      if (!take(d))
        return;
      __might_sleep("", 0);
      _raw_spin_unlock(&d->lock);
    }
    void g(struct dev *d) {
      if (take(d)) {
        _raw_spin_unlock(&d->lock);
        return;
      }
      __might_sleep("", 0);
    })");
  EXPECT_THAT(T.found(), ElementsAre("6: spin in f"));
}

TEST(Solver, PointerOrNullTellsWhetherTheLockIsHeld) {
  TestProgram T(R"(
    struct dev *find(struct dev *list) {
      for (struct dev *d = list; d; d = d->next) {
        _raw_spin_lock(&d->lock);
        if (d->state) return d;
        _raw_spin_unlock(&d->lock);
      }
      return 0;
    }
    void f(struct dev *d) {
      struct dev *p = find(d);
      if (!p) {
        __might_sleep("", 0);
        return;
      }
      __might_sleep("", 0);
      _raw_spin_unlock(&p->lock);
    })");
  EXPECT_THAT(T.found(), ElementsAre("16: spin in f"));
}

TEST(Solver, CorrelatedConditions) {
  TestProgram T(R"(
    void same(struct dev *d, int locked) {
      if (locked) _raw_spin_lock(&d->lock);
      look(d);
      if (locked) _raw_spin_unlock(&d->lock);
      __might_sleep("", 0);
    }
    void opposite(struct dev *d, int locked) {
      if (locked) _raw_spin_lock(&d->lock);
      if (!locked)
        __might_sleep("", 0);
      if (locked) _raw_spin_unlock(&d->lock);
    }
    void agree(struct dev *d, int locked) {
      if (locked) _raw_spin_lock(&d->lock);
      if (locked)
        __might_sleep("", 0);
      if (locked) _raw_spin_unlock(&d->lock);
    })");
  std::vector<std::string> Found = T.found();
  ASSERT_THAT(Found, SizeIs(1)) << testing::PrintToString(Found);
  EXPECT_THAT(Found[0], HasSubstr("17: spin in agree"));
  EXPECT_TRUE(T.effects("same").trivialOutcome()) << T.dump("same");
}

TEST(Solver, FlagSetInOneBranchIsTestedLater) {
  TestProgram T(R"(
    void f(struct dev *d) {
      int locked = 0;
      if (any()) {
        _raw_spin_lock(&d->lock);
        locked = 1;
      }
      if (!locked)
        __might_sleep("", 0);
      else
        __might_sleep("", 0);
      if (locked)
        _raw_spin_unlock(&d->lock);
      __might_sleep("", 0);
    })");
  EXPECT_THAT(T.found(), ElementsAre("11: spin in f"));
}

TEST(Solver, PointerLoop) {
  TestProgram T(R"(
    void f(struct dev *list) {
      for (struct dev *p = list; p; p = p->next) {
        _raw_spin_lock(&p->lock);
        look(p);
        _raw_spin_unlock(&p->lock);
        __might_sleep("", 0);
      }
    }
    void g(struct dev *list) {
      struct dev *p;
      for (p = list; p; p = p->next) {
        _raw_spin_lock(&p->lock);
        if (any())
          break;
        _raw_spin_unlock(&p->lock);
      }
      if (!p) {
        __might_sleep("", 0);
        return;
      }
      __might_sleep("", 0);
      _raw_spin_unlock(&p->lock);
    })");
  EXPECT_THAT(T.found(), ElementsAre("22: spin in g"));
}

TEST(Solver, ContractDecidesWhatFollows) {
  // Behind might_alloc() an allocator takes its slow path only where it said it may.
  const char *Code = R"(
    static void %s(gfp_t gfp) { if (gfp & 0x400) __might_sleep("", 0); }
    static void *slow(void) { __might_sleep("", 0); return 0; }
    static void *pre(gfp_t gfp) { %s(gfp); return 0; }
    void *alloc(gfp_t gfp) {
      pre(gfp);
      return any() ? slow() : 0;
    }
    void f(struct dev *d) {
      _raw_spin_lock(&d->lock);
      alloc(0x820);
      _raw_spin_unlock(&d->lock);
    })";
  auto Named = [&](const std::string &Name) {
    std::string Text = Code;
    for (size_t At; (At = Text.find("%s")) != std::string::npos;)
      Text.replace(At, 2, Name);
    return Text;
  };
  EXPECT_THAT(TestProgram(Named("might_alloc")).found(), IsEmpty());
  EXPECT_THAT(TestProgram(Named("no_contract")).found(), SizeIs(1));
}

TEST(Solver, LockDroppedInACallee) {
  TestProgram T(R"(
    void wait(struct dev *d) {
      _raw_spin_unlock(&d->lock);
      __might_sleep("", 0);
      _raw_spin_lock(&d->lock);
    }
    void good(struct dev *d) {
      _raw_spin_lock(&d->lock);
      wait(d);
      _raw_spin_unlock(&d->lock);
    }
    void still(struct dev *d) {
      _raw_spin_lock(&d->lock);
      wait(d);
      __might_sleep("", 0);
      _raw_spin_unlock(&d->lock);
    }
    void other(struct dev *d, struct dev *e) {
      _raw_spin_lock(&e->lock);
      _raw_spin_lock(&d->lock);
      wait(d);
      _raw_spin_unlock(&d->lock);
      _raw_spin_unlock(&e->lock);
    })");
  ASSERT_THAT(T.effects("wait").Atoms, SizeIs(1));
  EXPECT_THAT(T.effects("wait").Atoms[0].Ended, SizeIs(1));
  EXPECT_THAT(T.found(), ElementsAre("15: spin in still", "21: spin in other"));
}

TEST(Solver, FunctionArgumentCalledUnderALock) {
  TestProgram T(R"(
    void each(struct dev *d, void (*fn)(struct dev *, gfp_t), gfp_t gfp) {
      _raw_spin_lock(&d->lock);
      fn(d, gfp);
      _raw_spin_unlock(&d->lock);
    }
    static void one(struct dev *d, gfp_t gfp) { if (gfp & 0x400) __might_sleep("", 0); }
    static void none(struct dev *d, gfp_t gfp) { }
    void f(struct dev *d) {
      each(d, one, 0xcc0);
      each(d, one, 0x820);
      each(d, none, 0xcc0);
    })");
  const FunctionEffects &E = T.effects("each");
  ASSERT_THAT(E.ParamCalls, SizeIs(1));
  EXPECT_EQ(E.ParamCalls[0].Fn, T.S->Pool.make(ValueKind::Param, 1));
  EXPECT_THAT(E.ParamCalls[0].Inside, SizeIs(1));
  EXPECT_THAT(T.found(), ElementsAre("10: spin in f"));
}

TEST(Solver, RecursionSettles) {
  TestProgram T(R"(
    void odd(struct dev *d, int n);
    void even(struct dev *d, int n) { if (n) odd(d->next, n - 1); }
    void odd(struct dev *d, int n) {
      if (n) even(d->next, n - 1);
      __might_sleep("", 0);
    }
    void f(struct dev *d) {
      _raw_spin_lock(&d->lock);
      even(d, 4);
      _raw_spin_unlock(&d->lock);
    }
    int forever(struct dev *d) { return forever(d->next); })");
  EXPECT_EQ(T.S->Caps.Rounds, 0u);
  EXPECT_THAT(T.found(), SizeIs(1));
  EXPECT_THAT(T.effects("forever").Atoms, IsEmpty());
  for (const char *Name : {"even", "odd", "f", "forever"})
    EXPECT_TRUE(T.effects(Name).Analyzed) << Name;
}

TEST(Solver, OneTargetIsCertainSeveralAreNot) {
  TestProgram T(R"(
    struct ops1 { void (*go)(void); };
    struct ops2 { void (*go)(void); };
    static void slow(void) { __might_sleep("", 0); }
    static void fast(void) { }
    const struct ops1 a = { .go = slow };
    const struct ops2 b = { .go = slow }, c = { .go = fast };
    void one(struct dev *d, const struct ops1 *o) {
      _raw_spin_lock(&d->lock);
      o->go();
      _raw_spin_unlock(&d->lock);
    }
    void several(struct dev *d, const struct ops2 *o) {
      _raw_spin_lock(&d->lock);
      o->go();
      _raw_spin_unlock(&d->lock);
    })");
  EXPECT_THAT(T.found(), ElementsAre("10: spin in one", "15: spin in several maybe"));
  for (const Defect &D : T.S->Defects) {
    EXPECT_TRUE(D.Chain.Indirect);
    EXPECT_EQ(D.Chain.Fanout, D.Func == T.function("several") ? 2u : 1u);
  }
}

TEST(Solver, KnownInstanceGoesWhereItsTableSays) {
  TestProgram T(R"(
    struct ops { void (*go)(void); };
    static void slow(void) { __might_sleep("", 0); }
    static void fast(void) { }
    const struct ops a = { .go = slow }, b = { .go = fast };
    void f(struct dev *d) {
      _raw_spin_lock(&d->lock);
      a.go();
      b.go();
      _raw_spin_unlock(&d->lock);
    })");
  EXPECT_THAT(T.found(), ElementsAre("8: spin in f"));
}

TEST(Solver, ConditionsAreCounted) {
  TestProgram T(R"(
    void always(void) { __might_sleep("", 0); }
    void once(void) { if (any()) always(); }
    void twice(void) { if (any()) once(); })");
  ASSERT_THAT(T.effects("twice").Atoms, SizeIs(1));
  EXPECT_EQ(T.effects("always").Atoms[0].Conditions, 0u);
  EXPECT_EQ(T.effects("once").Atoms[0].Conditions, 1u);
  EXPECT_EQ(T.effects("twice").Atoms[0].Conditions, 2u);
  EXPECT_EQ(T.effects("twice").Atoms[0].Depth, 3u);
}

TEST(Solver, GuardIsNotMadeOfWhatTheFunctionStored) {
  TestProgram T(R"(
    void given(struct dev *d) { if (d->state) __might_sleep("", 0); }
    void stored(struct dev *d) {
      d->state = any();
      if (d->state)
        __might_sleep("", 0);
    }
    void constant(struct dev *d) {
      d->state = 0;
      if (d->state)
        __might_sleep("", 0);
    })");
  ASSERT_THAT(T.effects("given").Atoms, SizeIs(1));
  EXPECT_THAT(T.effects("given").Atoms[0].When, SizeIs(1));
  ASSERT_THAT(T.effects("stored").Atoms, SizeIs(1));
  EXPECT_THAT(T.effects("stored").Atoms[0].When, IsEmpty());
}

TEST(Solver, RcuReadersNest) {
  TestProgram T(R"(
    void f(void) {
      __rcu_read_lock();
      __rcu_read_lock();
      __rcu_read_unlock();
      __might_sleep("", 0);
      __rcu_read_unlock();
      __might_sleep("", 0);
    })");
  EXPECT_THAT(T.found(), ElementsAre("6: rcu in f"));
}

TEST(Solver, ReturnedValueIsSubstituted) {
  TestProgram T(R"(
    static gfp_t relax(gfp_t gfp, int wait) { return wait ? gfp | 0x400 : gfp & ~0x400u; }
    void alloc(gfp_t gfp) { if (gfp & 0x400) __might_sleep("", 0); }
    void f(struct dev *d) {
      _raw_spin_lock(&d->lock);
      alloc(relax(0, 1));
      alloc(relax(0xcc0, 0));
      _raw_spin_unlock(&d->lock);
    })");
  EXPECT_NE(T.effects("relax").Ret, 0u);
  EXPECT_THAT(T.found(), ElementsAre("6: spin in f"));
}

TEST(Solver, RootsAreEnteredInTheirContext) {
  TestProgram T(R"(
    struct timer_list { void (*function)(struct timer_list *); };
    struct work_struct { void (*func)(struct work_struct *); };
    static void expire(struct timer_list *t) {
      __might_sleep("", 0);
    }
    static void work(struct work_struct *w) { __might_sleep("", 0); }
    void setup(struct timer_list *t, struct work_struct *w) {
      t->function = expire;
      w->func = work;
    })");
  EXPECT_THAT(T.found(), ElementsAre("5: softirq in expire"));
  EXPECT_NE(T.S->Defects[0].Entry, nullptr);
}

TEST(Solver, IsDeterministic) {
  const char *Code = R"(
    struct ops { int (*go)(struct dev *, gfp_t); };
    static int a(struct dev *d, gfp_t gfp) { if (gfp & 0x400) __might_sleep("", 0); return 0; }
    static int b(struct dev *d, gfp_t gfp) { _raw_spin_lock(&d->lock); return any(); }
    static int c(struct dev *d, gfp_t gfp) { return d ? a(d->next, gfp) : -1; }
    const struct ops x = { a }, y = { b }, z = { c };
    int f(struct dev *d, const struct ops *o, gfp_t gfp) {
      int r = any() ? o->go(d, gfp) : b(d, gfp);
      if (!r) _raw_spin_unlock(&d->lock);
      return r;
    })";
  TestProgram First(Code), Second(Code);
  EXPECT_EQ(First.dumpAll(), Second.dumpAll());
  EXPECT_EQ(First.found(), Second.found());
  // And again over one linked program.
  std::unique_ptr<Solution> Again = solve(First.P, First.M);
  for (FuncId F = 0; F != First.P.Functions.size(); ++F)
    EXPECT_EQ(dumpEffects(*Again, F), dumpEffects(*First.S, F));
  EXPECT_THAT(First.dumpAll(), HasSubstr("sleeps via"));
}

} // namespace
