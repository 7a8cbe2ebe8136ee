//===- ProgramIndexTests.cpp - A solved program to look things up in ------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReclaimProgram.h"
#include "gfpcheck/audit/ScopePlan.h"
#include "gfpcheck/index/ContextSearch.h"
#include "gfpcheck/index/Masks.h"
#include "gmock/gmock.h"
#include <random>

using namespace gfpcheck;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

constexpr const char *Code = R"c(
void *get(gfp_t mask) { might_alloc(mask); return 0; }
void leaf(int make) { if (make) get(NOFS); }
void middle(int make) { leaf(make); }
void holds(void) { struct tx *t = tx_begin(); if (t) { middle(1); tx_end(t); } }
void holds_not(void) { struct tx *t = tx_begin(); if (t) { middle(0); tx_end(t); } }
void free_of_it(void) { middle(1); }
)c";

class IndexTest : public testing::Test {
protected:
  void index(const char *Text) {
    P = std::make_unique<ReclaimProgram>(Text);
    Bytes = writeIndex(P->solution());
    auto Opened = ProgramIndex::open(Bytes);
    ASSERT_TRUE(bool(Opened)) << toString(Opened.takeError());
    X = *Opened;
  }
  uint32_t function(llvm::StringRef Name) const {
    const index::Range R = X.named(Name);
    EXPECT_EQ(R.Count, 1u) << Name.str();
    return R.First;
  }
  std::vector<std::string> from(llvm::StringRef Name, index::Range Conditions = {}) const {
    ContextSearch Search(X);
    std::vector<std::string> Out;
    for (const ReachedIn &C : Search.run(function(Name), {}, Conditions, 0).Contexts)
      Out.push_back(Search.name(C.Item) + " from " + X.name(C.Function).str());
    return Out;
  }
  std::unique_ptr<ReclaimProgram> P;
  std::string Bytes;
  ProgramIndex X;
};

TEST_F(IndexTest, NamesAreFound) {
  index(Code);
  EXPECT_EQ(X.name(function("middle")), "middle");
  EXPECT_EQ(X.named("nobody").Count, 0u);
  EXPECT_EQ(X.constant("__GFP_FS"), 0x80);
  EXPECT_EQ(X.constant("__GFP_NONE"), 0);
}

TEST_F(IndexTest, ContextsByTheShortestWay) {
  index(Code);
  EXPECT_THAT(from("middle"), ElementsAre("tx from holds"));
  EXPECT_THAT(from("holds"), IsEmpty());
}

TEST_F(IndexTest, ConditionsExcludeCallers) {
  index("void *get(gfp_t mask) { might_alloc(mask); return 0; }"
        "void leaf(int make) { if (make) get(NOFS); }"
        "void holds(void) { struct tx *t = tx_begin(); if (t) { leaf(0); tx_end(t); } }"
        "void makes(void) { leaf(1); }");
  EXPECT_THAT(from("leaf"), ElementsAre("tx from holds"));
  const index::Range A = X.Functions[function("leaf")].Allocations;
  ASSERT_EQ(A.Count, 1u);
  EXPECT_THAT(from("leaf", X.Allocations[A.First].Conditions), IsEmpty());
}

TEST_F(IndexTest, MasksAreGiven) {
  index("void *get(gfp_t mask) { might_alloc(mask); return 0; }"
        "void *wrap(gfp_t mask) { return get((mask | 1) & ~2); }"
        "void a(void) { wrap(NOFS | 2); } void b(void) { wrap(KERNEL); }");
  const index::Range A = X.Functions[function("wrap")].Allocations;
  ASSERT_EQ(A.Count, 1u);
  std::vector<uint64_t> Masks;
  for (const GivenMask &G : givenMasks(X, A.First))
    Masks.push_back(G.Mask.value_or(0));
  EXPECT_THAT(Masks, testing::UnorderedElementsAre(0xc41u, 0xcc1u));
}

TEST_F(IndexTest, AuditTellsHeldFromFree) {
  index("void *get(gfp_t mask) { might_alloc(mask); return 0; }"
        "void held(void) { struct tx *t = tx_begin(); if (t) { get(NOFS); tx_end(t); } }"
        "void free_of_it(void) { get(NOFS); }"
        "void scoped(void) { unsigned int n = memalloc_nofs_save(); struct tx *t = tx_begin();"
        "  if (t) { get(NOFS); tx_end(t); } memalloc_nofs_restore(n); }");
  std::vector<std::string> Found;
  for (const MaskUse &U : auditMasks(X, AuditKind::NoFs, ""))
    Found.push_back(X.name(X.Allocations[U.Allocation].Function).str() + ": " +
                    verdictName(U.TheVerdict) + (U.InScope ? ", in scope" : ""));
  EXPECT_THAT(Found, testing::UnorderedElementsAre("held: protects", "free_of_it: redundant",
                                                   "scoped: redundant, in scope"));
}

// Whatever is wrong with it: refused, or used without reading beyond it.
TEST_F(IndexTest, MalformedOnesAreRefused) {
  index(Code);
  auto Use = [](const std::string &Text) {
    auto Opened = ProgramIndex::open(Text);
    if (!Opened) {
      consumeError(Opened.takeError());
      return false;
    }
    for (AuditKind K : {AuditKind::NoFs, AuditKind::Atomic})
      planScopes(*Opened, K, auditMasks(*Opened, K, ""));
    for (const index::Function &F : Opened->Functions)
      (void)Opened->text(F.Name);
    return true;
  };
  EXPECT_TRUE(Use(Bytes));
  EXPECT_FALSE(Use(""));
  EXPECT_FALSE(Use(Bytes.substr(0, 100)));
  EXPECT_FALSE(Use(Bytes.substr(0, Bytes.size() - 1)));
  std::mt19937 Random(1);
  size_t Refused = 0;
  for (unsigned Round = 0; Round != 3000; ++Round) {
    std::string Text = Bytes;
    Text[Random() % Text.size()] ^= char(1 + Random() % 255);
    Refused += !Use(Text);
  }
  EXPECT_GT(Refused, 100u);
}

} // namespace
