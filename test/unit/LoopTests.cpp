//===- LoopTests.cpp - What failure leads to, and loops that only look -----===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../checker/checks/PathWalk.h"
#include "../../checker/solve/PollLoops.h"
#include "../../checker/solve/WorkQueues.h"
#include "ReclaimProgram.h"
#include "gmock/gmock.h"

using namespace gfpcheck;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

/// Walks f() from its call of get() on, which returned Result.
class Walked : public ReclaimProgram {
public:
  explicit Walked(llvm::StringRef Code)
      : ReclaimProgram("void *get(void); int number(void); " + Code.str()) {}

  WalkResult after(llvm::StringRef Callee, int64_t Result) const {
    const FuncId F = function("f");
    const Function &Fn = P.function(F);
    WalkStart Start;
    Start.Func = F;
    for (EventIdx I = 0; I != Fn.Events.size(); ++I)
      if (const EntityId E = P.calledEntity(F, Fn.Events[I]);
          E && P.name(P.Entities[E].Name) == Callee)
        Start.After = I;
    for (ValueId V = 1; V != Fn.Values.size(); ++V)
      if (Fn.Values[V].Kind == ValueKind::Call && Fn.Values[V].A == Fn.Events[Start.After].CallNo)
        Start.Given.push_back({V, Known::constant(Result, true)});
    return PathWalk(*S).visit(Start, [](EventIdx, const PathWalk::Place &) { return true; });
  }
};

TEST(PathWalk, FailureGoesRoundTheLoopAndSuccessLeavesIt) {
  Walked T("void *f(void) { void *p; while (!(p = get())) any(); return p; }");
  EXPECT_TRUE(T.after("get", 0).Again);
  EXPECT_THAT(T.after("get", 0).Returns, IsEmpty());
  EXPECT_FALSE(T.after("get", 1).Again);
  EXPECT_THAT(T.after("get", 1).Returns, SizeIs(1));
}

TEST(PathWalk, AConditionOnSomethingElseIsFollowedBothWays) {
  Walked T("void *f(int n) { void *p; while (!(p = get())) if (any()) return 0; return p; }");
  EXPECT_TRUE(T.after("get", 0).Again);
  EXPECT_THAT(T.after("get", 0).Returns, SizeIs(1));
}

TEST(PathWalk, AVariableHasTheValueThatItWasGivenLast) {
  Walked T("void *f(void) { void *p = get(); while (any()) p = 0; return p; }");
  std::vector<Known> Returned = T.after("get", 5).Returns;
  ASSERT_THAT(Returned, SizeIs(2));
  EXPECT_NE(Returned[0].C, Returned[1].C);
  EXPECT_TRUE(Returned[0].isConstant() && Returned[1].isConstant());
}

TEST(PathWalk, ASmallFunctionSaysWhatItMakesOfTheValue) {
  Walked T("static int failed(long v) { return (unsigned long)v >= (unsigned long)-4095; }"
           "void f(void) { long v; do { v = number(); } while (failed(v)); look(0); }");
  EXPECT_TRUE(T.after("number", -12).Again);
  EXPECT_THAT(T.after("number", -12).Returns, IsEmpty());
  EXPECT_FALSE(T.after("number", 7).Again);
}

TEST(PathWalk, CasesThatTheValueIsNotAreLeftOut) {
  Walked T("int f(void) { switch (number()) { case 1: return 10; case 2 ... 4: return 20; "
           "default: return 30; } }");
  auto Returned = [&](int64_t V) { return T.after("number", V).Returns.at(0).C; };
  EXPECT_EQ(Returned(1), 10);
  EXPECT_EQ(Returned(3), 20);
  EXPECT_EQ(Returned(9), 30);
}

uint32_t pollLine(const ReclaimProgram &T) { return PollLoops(T.P).find(T.function("f")); }

TEST(PollLoops, ReadsUntilSomebodyElseWrites) {
  ReclaimProgram T("static void relax(void) {}\n"
                   "void f(struct foo *x) {\n"
                   "  while (x->state)\n"
                   "    relax();\n"
                   "}");
  EXPECT_EQ(pollLine(T), 3u);
}

TEST(PollLoops, NotWhatCountsStoresOrCalls) {
  for (const char *Body : {
           "int n = 9; while (x->state && n--) relax();",     // counts
           "while (x->state) { relax(); x->state--; }",       // ends it itself
           "while (x->state) { relax(); any(); }",            // somebody may sleep there
           "while (x->tx) { relax(); x->tx = x->tx->next; }", // goes on to the next
           "if (x->state) relax();",                          // is no loop
       }) {
    ReclaimProgram T(std::string("static void relax(void) {} void f(struct foo *x) { ") + Body +
                     " }");
    EXPECT_EQ(pollLine(T), 0u) << Body;
  }
}

TEST(PollLoops, AFunctionThatOnlyReadsIsPartOfTheCondition) {
  ReclaimProgram T("static int busy(struct foo *x) { return x->state & 4; }\n"
                   "static int other(int n) { return n + 1; }\n"
                   "void f(struct foo *x) { while (busy(x)) ; }\n"
                   "void g(int n) { while (other(n)) ; }\n");
  EXPECT_EQ(pollLine(T), 3u);
  EXPECT_EQ(PollLoops(T.P).find(T.function("g")), 0u) << "nothing that may change";
}

/// Queues of a snippet, with the kernel's names.
class Queues : public ReclaimProgram {
public:
  explicit Queues(llvm::StringRef Code)
      : ReclaimProgram(
            "struct wq; struct work_struct { void (*func)(struct work_struct *); }; "
            "struct delayed_work { struct work_struct work; int timer; }; "
            "struct wq *alloc_workqueue(const char *, unsigned int, int, ...); "
            "int queue_work_on(int, struct wq *, struct work_struct *); "
            "struct dev { struct wq *wq, *other; struct work_struct work; "
            "struct delayed_work late; }; "
            "extern struct wq *common; "
            "unsigned long long gfpcheck_constant_WQ_MEM_RECLAIM(void) { return 8; } "
            "unsigned long long gfpcheck_constant___WQ_LEGACY(void) { return 0x40000; } " +
            Code.str()),
        Graph(buildCallGraph(P, M)), Of(*S, Graph) {}

  WorkQueues::Kind kind(llvm::StringRef Member) const { return Of.kind(P.memberKey(Member)); }
  size_t queues(llvm::StringRef Member) const { return Of.queuedOn(P.memberKey(Member)).size(); }

  CallGraph Graph;
  WorkQueues Of;
};

TEST(WorkQueues, FlagsComeFromTheAllocation) {
  Queues T("void f(struct dev *d) { d->wq = alloc_workqueue(\"a\", 8 | 2, 0); "
           "d->other = alloc_workqueue(\"b\", 2, 0); }");
  EXPECT_TRUE(T.kind("dev.wq").Known && T.kind("dev.wq").Rescuer);
  EXPECT_FALSE(T.kind("dev.wq").plain());
  EXPECT_TRUE(T.kind("dev.other").plain());
}

TEST(WorkQueues, OneOfTwoAllocationsWithoutARescuerIsEnough) {
  Queues T("void f(struct dev *d) { d->wq = alloc_workqueue(\"a\", 8, 0); }"
           "void g(struct dev *d) { d->wq = alloc_workqueue(\"b\", 0, 0); }");
  EXPECT_TRUE(T.kind("dev.wq").plain());
}

TEST(WorkQueues, FlagsOfBothBranchesAndUnknownOnes) {
  Queues T("void f(struct dev *d, int n) { unsigned int flags = 8; if (n) flags |= 2; "
           "d->wq = alloc_workqueue(\"a\", flags, 0); }"
           "void g(struct dev *d, unsigned int flags) { "
           "d->other = alloc_workqueue(\"b\", flags, 0); }");
  EXPECT_TRUE(T.kind("dev.wq").Known && T.kind("dev.wq").Rescuer);
  EXPECT_FALSE(T.kind("dev.other").Known);
}

TEST(WorkQueues, AQueueMayBeAnother) {
  Queues T("void f(struct dev *d) { common = alloc_workqueue(\"a\", 0x40008, 0); }"
           "void g(struct dev *d) { d->wq = common; }"
           "void h(struct dev *d) { queue_work_on(0, d->wq, &d->work); }");
  EXPECT_TRUE(T.kind("dev.wq").Known && T.kind("dev.wq").Rescuer && T.kind("dev.wq").Legacy);
}

TEST(WorkQueues, AHelperQueuesWhatItIsGiven) {
  Queues T("static void put(struct wq *q, struct work_struct *w) { queue_work_on(0, q, w); }"
           "static void here(struct dev *d, struct work_struct *w) { put(d->wq, w); }"
           "void f(struct dev *d) { here(d, &d->work); here(d, &d->late.work); }");
  EXPECT_EQ(T.queues("dev.work"), 1u);
  EXPECT_EQ(T.queues("dev.late"), 1u) << "the item of a delayed one";
}

} // namespace
