//===- VertexCut.cpp - The fewest vertices that part two sides ------------===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A vertex is two, with an arc of capacity one between them; all other arcs have no limit. What
// flows at most is the number of vertices to take, and those are it whose first half can still be
// reached from the source when no more flows, and whose second half cannot.
//
//===----------------------------------------------------------------------===//

#include "gfpcheck/audit/VertexCut.h"
#include <algorithm>

namespace gfpcheck {

namespace {
constexpr uint32_t NoLimit = 1u << 30;
constexpr uint32_t Unreached = ~0u;
} // namespace

VertexCut::VertexCut(uint32_t Vertices) : Vertices(Vertices), Arcs(2 * size_t(Vertices) + 2) {
  for (uint32_t V = 0; V != Vertices; ++V)
    add(2 * V, 2 * V + 1, 1);
}

void VertexCut::add(uint32_t From, uint32_t To, uint32_t Room) {
  Arcs[From].push_back({To, Room, uint32_t(Arcs[To].size())});
  Arcs[To].push_back({From, 0, uint32_t(Arcs[From].size() - 1)});
}

void VertexCut::addEdge(uint32_t From, uint32_t To) {
  if (From != To)
    add(2 * From + 1, 2 * To, NoLimit);
}

void VertexCut::addSource(uint32_t V) { add(2 * Vertices, 2 * V, NoLimit); }
void VertexCut::addSink(uint32_t V) { add(2 * V + 1, 2 * Vertices + 1, NoLimit); }
void VertexCut::keep(uint32_t V) { Arcs[2 * V].front().Room = NoLimit; }

// How far each is from the source; false: the sink is out of reach.
bool VertexCut::findLevels() {
  Level.assign(Arcs.size(), Unreached);
  std::vector<uint32_t> Queue{2 * Vertices};
  Level[2 * Vertices] = 0;
  for (size_t I = 0; I != Queue.size(); ++I)
    for (const Arc &A : Arcs[Queue[I]])
      if (A.Room && Level[A.To] == Unreached) {
        Level[A.To] = Level[Queue[I]] + 1;
        Queue.push_back(A.To);
      }
  return Level[2 * Vertices + 1] != Unreached;
}

// Sends as much as it can along one way that gets nearer to the sink with each step; 0: there is
// none. With a stack of our own: ways are long.
uint32_t VertexCut::push(uint32_t Room) {
  std::vector<std::pair<uint32_t, uint32_t>> Way; // vertex, its arc
  uint32_t At = 2 * Vertices;
  while (At != 2 * Vertices + 1) {
    uint32_t &I = Next[At];
    while (I != Arcs[At].size() && !(Arcs[At][I].Room && Level[Arcs[At][I].To] == Level[At] + 1))
      ++I;
    if (I != Arcs[At].size()) {
      Way.push_back({At, I});
      At = Arcs[At][I].To;
      continue;
    }
    if (Way.empty())
      return 0;
    At = Way.back().first; // a dead end
    Way.pop_back();
    ++Next[At];
  }
  for (auto [V, I] : Way)
    Room = std::min(Room, Arcs[V][I].Room);
  for (auto [V, I] : Way) {
    Arc &A = Arcs[V][I];
    A.Room -= Room;
    Arcs[A.To][A.Back].Room += Room;
  }
  return Room;
}

std::optional<std::vector<uint32_t>> VertexCut::solve() {
  uint64_t Flow = 0;
  while (findLevels()) {
    Next.assign(Arcs.size(), 0);
    while (const uint32_t More = push(NoLimit)) {
      Flow += More;
      if (Flow >= NoLimit)
        return std::nullopt;
    }
  }
  std::vector<uint32_t> Out;
  for (uint32_t V = 0; V != Vertices; ++V)
    if (Level[2 * V] != Unreached && Level[2 * V + 1] == Unreached)
      Out.push_back(V);
  return Out;
}

} // namespace gfpcheck
