//===- VertexCutTests.cpp - The fewest vertices that part two sides -------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/audit/VertexCut.h"
#include "gmock/gmock.h"
#include <random>
#include <set>

using namespace gfpcheck;
using testing::ElementsAre;
using testing::Optional;

namespace {

struct Graph {
  uint32_t N;
  std::vector<std::pair<uint32_t, uint32_t>> Edges;
  std::set<uint32_t> Sources, Sinks, Kept;

  std::optional<std::vector<uint32_t>> cut() const {
    VertexCut C(N);
    for (auto [From, To] : Edges)
      C.addEdge(From, To);
    for (uint32_t V : Sources)
      C.addSource(V);
    for (uint32_t V : Sinks)
      C.addSink(V);
    for (uint32_t V : Kept)
      C.keep(V);
    return C.solve();
  }
  /// Whether no way is left without the vertices of \p Taken, bits.
  bool parts(uint32_t Taken) const {
    std::set<uint32_t> Seen;
    std::vector<uint32_t> Work;
    auto Enter = [&](uint32_t V) {
      if (!(Taken >> V & 1) && Seen.insert(V).second)
        Work.push_back(V);
    };
    for (uint32_t V : Sources)
      Enter(V);
    while (!Work.empty()) {
      const uint32_t V = Work.back();
      Work.pop_back();
      for (auto [From, To] : Edges)
        if (From == V)
          Enter(To);
    }
    for (uint32_t V : Sinks)
      if (Seen.count(V))
        return false;
    return true;
  }
};

TEST(VertexCut, NothingToCut) {
  EXPECT_THAT((Graph{3, {{0, 1}}, {0}, {2}, {}}).cut(), Optional(ElementsAre()));
}

TEST(VertexCut, NearestToTheSource) {
  EXPECT_THAT((Graph{3, {{0, 1}, {1, 2}}, {0}, {2}, {}}).cut(), Optional(ElementsAre(0u)));
}

TEST(VertexCut, OneNeckOfManyWays) {
  // Two begin, 2 is what all pass, three end.
  EXPECT_THAT((Graph{6, {{0, 2}, {1, 2}, {2, 3}, {2, 4}, {2, 5}}, {0, 1}, {3, 4, 5}, {}}).cut(),
              Optional(ElementsAre(2u)));
}

TEST(VertexCut, KeptOnesAreLeft) {
  Graph G{3, {{0, 1}, {1, 2}}, {0}, {2}, {0}};
  EXPECT_THAT(G.cut(), Optional(ElementsAre(1u)));
  G.Kept = {0, 1, 2};
  EXPECT_EQ(G.cut(), std::nullopt);
}

TEST(VertexCut, SourceThatIsSink) {
  EXPECT_THAT((Graph{1, {}, {0}, {0}, {}}).cut(), Optional(ElementsAre(0u)));
}

TEST(VertexCut, Cycles) {
  EXPECT_THAT((Graph{4, {{0, 1}, {1, 0}, {1, 2}, {2, 1}, {2, 3}}, {0}, {3}, {0}}).cut(),
              Optional(ElementsAre(1u)));
}

// Against all sets of vertices.
TEST(VertexCut, RandomGraphs) {
  std::mt19937 Random(1);
  for (unsigned Round = 0; Round != 300; ++Round) {
    Graph G{8, {}, {}, {}, {}};
    for (unsigned I = 0, N = Random() % 20; I != N; ++I)
      G.Edges.push_back({Random() % G.N, Random() % G.N});
    for (unsigned I = 0; I != 2; ++I) {
      G.Sources.insert(Random() % G.N);
      G.Sinks.insert(Random() % G.N);
      G.Kept.insert(Random() % G.N);
    }
    std::optional<size_t> Least;
    for (uint32_t Set = 0; Set != 1u << G.N; ++Set) {
      bool Allowed = true;
      for (uint32_t V : G.Kept)
        Allowed &= !(Set >> V & 1);
      if (Allowed && G.parts(Set))
        Least = std::min(Least.value_or(G.N), size_t(__builtin_popcount(Set)));
    }
    const auto Found = G.cut();
    ASSERT_EQ(Found.has_value(), Least.has_value()) << "round " << Round;
    if (!Found)
      continue;
    uint32_t Set = 0;
    for (uint32_t V : *Found)
      Set |= 1u << V;
    EXPECT_EQ(Found->size(), *Least) << "round " << Round;
    EXPECT_TRUE(G.parts(Set)) << "round " << Round;
  }
}

} // namespace
