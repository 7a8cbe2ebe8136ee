//===- ResolveTests.cpp - A patched program against one solved anew -------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestProgram.h"
#include "gfpcheck/solve/LiveSolution.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/xxhash.h"
#include "gmock/gmock.h"
#include <random>

using namespace gfpcheck;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

LinkInput linkInput(const Files &Units) {
  LinkInput In;
  SourceTree Tree;
  for (const auto &[Name, Code] : Units)
    Tree.file(Name, Prelude + Code);
  for (const auto &[Name, Code] : Units) {
    TuResult R = Tree.extract(Name);
    EXPECT_FALSE(R.Failed) << R.FirstError << Code;
    In.Tus.push_back(std::move(R.Summary));
    In.TuIds.push_back(llvm::xxh3_64bits(Name + Code));
  }
  return In;
}

/// "FUNCTION: CONTEXT over OPERATION", sorted, once each: no lines, as those are not compared.
std::vector<std::string> found(const Solution &S) {
  std::vector<std::string> Out;
  for (const Defect &D : S.Defects)
    Out.push_back(S.P.functionName(D.Func).str() + ": " + S.M.Contexts[D.Held.Context].Id + " " +
                  D.Lock);
  llvm::sort(Out);
  Out.erase(llvm::unique(Out), Out.end());
  return Out;
}

/// What each function's atoms are, witnesses aside. What another one says without a condition, and
/// solve() only keeps from an earlier round, is left out.
std::vector<std::string> atoms(const Solution &S) {
  std::vector<std::string> Out;
  for (FuncId F = 0; F != S.P.Functions.size(); ++F) {
    const auto &Atoms = S.Effects[F].Atoms;
    for (const Atom &A : Atoms)
      if (A.When.empty() || llvm::none_of(Atoms, [&](const Atom &B) {
            return B.When.empty() && A.Kind == B.Kind && A.Inside.size() == B.Inside.size();
          }))
        Out.push_back(S.P.functionName(F).str() + " " + std::to_string(int(A.Kind)) + " " +
                      std::to_string(A.When.size()) + " " + std::to_string(A.Inside.size()));
  }
  llvm::sort(Out);
  return Out;
}

/// Every witness ends, at a call that is there.
void expectSoundWitnesses(const Solution &S) {
  for (FuncId F = 0; F != S.P.Functions.size(); ++F)
    for (const Atom &First : S.Effects[F].Atoms) {
      FuncId At = F;
      const Atom *A = &First;
      unsigned Steps = 0;
      for (; A->Callee != NoFunc && A->Target == NoFunc && Steps != 100; ++Steps) {
        ASSERT_LT(A->Where, S.P.function(At).Events.size());
        At = A->Callee;
        ASSERT_LT(At, S.P.Functions.size());
        ASSERT_LT(A->CalleeAtom, S.Effects[At].Atoms.size()) << S.P.functionName(F).str();
        A = &S.Effects[At].Atoms[A->CalleeAtom];
      }
      EXPECT_LT(Steps, 100u) << "in a circle: " << S.P.functionName(F).str();
    }
}

/// What \p Program and its solution are, to see that they are so again.
std::vector<std::string> everything(const Solution &S) {
  std::vector<std::string> Out = atoms(S);
  for (FuncId F = 0; F != S.P.Functions.size(); ++F)
    Out.push_back(dumpEffects(S, F));
  return Out;
}

/// The same with a unit laid over the program, and taken off, and laid over once more.
void expectLive(const Files &Before, const Files &After, llvm::StringRef State,
                const Solution &Whole) {
  const Model M = builtinModel();
  Program P = linkProgram(linkInput(Before), M);
  const EntityIndex Index(P);
  auto Live = LiveSolution::load(P, M, State);
  ASSERT_TRUE(Live);
  const size_t Entities = P.Entities.size(), Functions = P.Functions.size();
  auto Edited = [&](const Files &Text, auto Look) {
    for (uint32_t U = 0; U != Text.size(); ++U)
      if (Text[U].second != After[U].second || Text[U].second != Before[U].second) {
        UnitOverlay Change(P, Index, U, std::move(linkInput(Text).Tus[U]));
        if (!Change.changesTables())
          Live->with(Change, U, [&](const Solution &S, LiveSolution::Stage Stage) {
            if (Stage == LiveSolution::Stage::Whole)
              Look(S);
            return true;
          });
        return;
      }
  };
  std::vector<std::string> Base;
  Edited(Before, [&](const Solution &S) { Base = everything(S); });
  for (int Round = 0; Round != 2; ++Round) {
    Edited(After, [&](const Solution &S) {
      expectSoundWitnesses(S);
      EXPECT_EQ(found(S), found(Whole));
      EXPECT_EQ(atoms(S), atoms(Whole));
    });
    Edited(Before, [&](const Solution &S) { EXPECT_EQ(everything(S), Base); });
    EXPECT_EQ(P.Entities.size(), Entities);
    EXPECT_EQ(P.Functions.size(), Functions);
  }
}

/// What resolve() finds in \p After, knowing \p Before; the same is expected of solve().
std::vector<std::string> afterPatch(const Files &Before, const Files &After) {
  const Model M = builtinModel();
  LinkInput Old = linkInput(Before), New = linkInput(After);
  LinkInput Replaced;
  for (auto [Tu, Id] : llvm::zip(Old.Tus, Old.TuIds))
    if (!llvm::is_contained(New.TuIds, Id)) {
      Replaced.Tus.push_back(Tu);
      Replaced.TuIds.push_back(Id);
    }
  std::string State;
  const Program OldProgram = linkProgram(std::move(Old), M);
  solve(OldProgram, M, [&](llvm::StringRef Bytes) { State = Bytes.str(); });

  const Program Anew = linkProgram(linkInput(After), M);
  const std::unique_ptr<Solution> Whole = solve(Anew, M);
  Program P = linkProgram(std::move(New), M);
  const size_t Functions = P.Functions.size(), Units = P.Units.size();
  const std::unique_ptr<Solution> Patched = resolve(P, M, State, std::move(Replaced));
  if (!Patched) {
    ADD_FAILURE() << "no state";
    return {};
  }
  EXPECT_EQ(P.Functions.size(), Functions);
  EXPECT_EQ(P.Units.size(), Units);
  expectSoundWitnesses(*Patched);
  EXPECT_EQ(found(*Patched), found(*Whole))
      << After[0].second << After[1].second << After[2].second;
  EXPECT_EQ(atoms(*Patched), atoms(*Whole))
      << After[0].second << After[1].second << After[2].second;
  if (Before.size() == After.size() && llvm::count_if(llvm::zip(Before, After), [](const auto &X) {
                                         return std::get<0>(X) != std::get<1>(X);
                                       }) == 1)
    expectLive(Before, After, State, *Whole);
  return found(*Patched);
}

constexpr const char *Caller = R"(
  void helper(struct dev *d);
  void caller(struct dev *d) { _raw_spin_lock(&d->lock); helper(d); _raw_spin_unlock(&d->lock); })";

TEST(Resolve, ACalleeInAnotherUnitBeginsToSleepAndStops) {
  const Files Quiet = {{"a.c", Caller}, {"b.c", "void helper(struct dev *d) {}"}};
  const Files Sleeps = {{"a.c", Caller},
                        {"b.c", "void helper(struct dev *d) { __might_sleep(\"\", 0); }"}};
  EXPECT_THAT(afterPatch(Quiet, Sleeps), ElementsAre("caller: spin &d->lock"));
  EXPECT_THAT(afterPatch(Sleeps, Quiet), IsEmpty());
}

TEST(Resolve, LinesMove) {
  const Files Before = {{"a.c", Caller},
                        {"b.c", "static void s(void) { __might_sleep(\"\", 0); } "
                                "void helper(struct dev *d) { s(); }"}};
  Files After = Before;
  After[1].second.insert(0, "\n\n\n");
  EXPECT_THAT(afterPatch(Before, After), ElementsAre("caller: spin &d->lock"));
}

TEST(Resolve, AHelperIsNewOrGone) {
  const Files Before = {{"a.c", Caller},
                        {"b.c", "void helper(struct dev *d) { __might_sleep(\"\", 0); }"}};
  const Files After = {{"a.c", Caller},
                       {"b.c", "static void s(int how) { if (how) __might_sleep(\"\", 0); } "
                               "void helper(struct dev *d) { s(0); }"}};
  EXPECT_THAT(afterPatch(Before, After), IsEmpty());
  EXPECT_THAT(afterPatch(After, Before), ElementsAre("caller: spin &d->lock"));
}

TEST(Resolve, ABodyMovesToAnotherUnit) {
  const std::string Helper = "void helper(struct dev *d) { __might_sleep(\"\", 0); }";
  EXPECT_THAT(afterPatch({{"a.c", Caller}, {"b.c", Helper}, {"c.c", "void c(void) {}"}},
                         {{"a.c", Caller}, {"b.c", "void b(void) {}"}, {"c.c", Helper}}),
              ElementsAre("caller: spin &d->lock"));
  // and away altogether
  EXPECT_THAT(
      afterPatch({{"a.c", Caller}, {"b.c", Helper}}, {{"a.c", Caller}, {"b.c", "void b(void) {}"}}),
      IsEmpty());
}

TEST(Resolve, WhatACycleOnlyHasFromItselfGoes) {
  auto Cycle = [](const char *Sleep) {
    return Files{{"a.c", Caller},
                 {"b.c", std::string("void two(struct dev *d); void leaf(struct dev *d) {") +
                             Sleep +
                             "} void helper(struct dev *d) { leaf(d); if (d->flags) two(d); }"},
                 {"c.c", "void helper(struct dev *d); "
                         "void two(struct dev *d) { if (d->state) helper(d->next); }"}};
  };
  EXPECT_THAT(afterPatch(Cycle("__might_sleep(\"\", 0);"), Cycle("")), IsEmpty());
  EXPECT_THAT(afterPatch(Cycle(""), Cycle("__might_sleep(\"\", 0);")),
              ElementsAre("caller: spin &d->lock"));
}

TEST(Resolve, ALockThatACalleeLeavesHeld) {
  auto Locks = [](const char *Body) {
    return Files{{"a.c", "void enter(struct dev *d); void leave(struct dev *d); "
                         "void caller(struct dev *d) { enter(d); __might_sleep(\"\", 0); "
                         "leave(d); }"},
                 {"b.c", std::string("void enter(struct dev *d) {") + Body +
                             "} void leave(struct dev *d) { _raw_spin_unlock(&d->lock); }"}};
  };
  EXPECT_THAT(afterPatch(Locks(""), Locks("_raw_spin_lock(&d->lock);")),
              ElementsAre("caller: spin &d->lock"));
  EXPECT_THAT(afterPatch(Locks("_raw_spin_lock(&d->lock);"), Locks("")), IsEmpty());
}

TEST(Resolve, ATableHoldsAnotherFunction) {
  auto Table = [](const char *Function) {
    return Files{{"a.c", "struct ops { void (*run)(void); }; extern struct ops ops; "
                         "void caller(struct dev *d, struct ops *o) "
                         "{ _raw_spin_lock(&d->lock); o->run(); _raw_spin_unlock(&d->lock); }"},
                 {"b.c", std::string("struct ops { void (*run)(void); }; "
                                     "static void sleeps(void) { __might_sleep(\"\", 0); } "
                                     "static void looks(void) { any(); } "
                                     "struct ops ops = { .run = ") +
                             Function + " };"}};
  };
  EXPECT_THAT(afterPatch(Table("looks"), Table("sleeps")), ElementsAre("caller: spin &d->lock"));
  EXPECT_THAT(afterPatch(Table("sleeps"), Table("looks")), IsEmpty());
}

TEST(Resolve, AFunctionThatIsHandedIn) {
  auto With = [](const char *Function) {
    return Files{{"a.c", "void each(void (*fn)(void)); "
                         "static void sleeps(void) { __might_sleep(\"\", 0); } "
                         "static void looks(void) { any(); } "
                         "void caller(struct dev *d) { _raw_spin_lock(&d->lock); "
                         "each(d->flags ? looks : looks); _raw_spin_unlock(&d->lock); } "
                         "void other(struct dev *d) { _raw_spin_lock(&d->lock); each(" +
                             std::string(Function) + "); _raw_spin_unlock(&d->lock); }"},
                 {"b.c", "void each(void (*fn)(void)) { while (any()) fn(); }"}};
  };
  EXPECT_THAT(afterPatch(With("looks"), With("sleeps")), ElementsAre("other: spin &d->lock"));
  EXPECT_THAT(afterPatch(With("sleeps"), With("looks")), IsEmpty());
}

TEST(Resolve, NoStateOrABrokenOne) {
  const Model M = builtinModel();
  const Files Units = {{"a.c", Caller}};
  std::string State;
  const Program Old = linkProgram(linkInput(Units), M);
  solve(Old, M, [&](llvm::StringRef Bytes) { State = Bytes.str(); });
  for (size_t Size : {size_t(0), size_t(3), State.size() / 3, State.size() - 1}) {
    Program P = linkProgram(linkInput(Units), M);
    EXPECT_EQ(resolve(P, M, llvm::StringRef(State).take_front(Size), {}), nullptr) << Size;
    EXPECT_EQ(P.Functions.size(), Old.Functions.size());
  }
}

/// Programs of a dozen functions in three units that lock, sleep and call each other at random.
class RandomPrograms : public testing::TestWithParam<unsigned> {
protected:
  std::mt19937 Random{GetParam()};

  unsigned below(unsigned N) { return Random() % N; }
  // A call that is always made is one of a later function, so that every function may return. One
  // that may be made again is of the same object: otherwise there is no end of others, and where
  // that is cut off depends on the order.
  std::string call(unsigned From) {
    return "f" + std::to_string(From + below(Count - From)) +
           (below(3) || !From ? "(d, g);" : "(d->next, 0);");
  }
  std::string statement(unsigned F, unsigned Depth = 0) {
    switch (below(Depth ? 6 : 8)) {
    case 0:
      return below(3) ? "look(d);" : "__might_sleep(\"\", 0);";
    case 1:
    case 2:
      return F + 1 < Count ? call(F + 1) : "any();";
    case 3:
      return "if (any()) " + call(0);
    case 4:
      return "if (g) { " + (Depth ? "any();" : statement(F, 1)) + " }";
    case 5:
      return "if (d->flags) { " + (Depth ? "any();" : statement(F, 1)) + " }";
    case 6:
      return "_raw_spin_lock(&d->lock); " + statement(F, 1) + " _raw_spin_unlock(&d->lock);";
    default:
      return below(4) ? "d->state = g;" : "_raw_spin_lock(&d->lock);";
    }
  }
  std::string body(unsigned F) {
    std::string Out;
    for (unsigned N = below(4); N; --N)
      Out += " " + statement(F);
    return Out;
  }
  Files units(const std::vector<std::string> &Bodies) {
    std::string Declarations;
    for (unsigned F = 0; F != Count; ++F)
      Declarations += "void f" + std::to_string(F) + "(struct dev *d, int g);\n";
    Files Out = {{"a.c", Declarations}, {"b.c", Declarations}, {"c.c", Declarations}};
    for (unsigned F = 0; F != Count; ++F)
      Out[F % 3].second +=
          "void f" + std::to_string(F) + "(struct dev *d, int g) {" + Bodies[F] + " }\n";
    return Out;
  }
  static constexpr unsigned Count = 9;
};

TEST_P(RandomPrograms, ResolvedAsSolved) {
  std::vector<std::string> Bodies;
  for (unsigned F = 0; F != Count; ++F)
    Bodies.push_back(body(F));
  const Files Before = units(Bodies);
  for (unsigned N = 1 + below(2); N; --N) {
    const unsigned F = below(Count);
    Bodies[F] = body(F);
  }
  const Files After = units(Bodies);
  std::vector<std::unique_ptr<testing::ScopedTrace>> Trace;
  for (size_t I = 0; I != After.size(); ++I)
    if (After[I] != Before[I])
      Trace.push_back(std::make_unique<testing::ScopedTrace>(__FILE__, __LINE__,
                                                             "before: " + Before[I].second));
  afterPatch(Before, After);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPrograms, testing::Range(0u, 200u));

} // namespace
